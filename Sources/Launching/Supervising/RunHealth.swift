import FileSystem

/// What a run's HEALTHCHECK says, in a file of the run's folder.
package enum RunHealth {
  package static func path(in directory: String) -> String { "\(directory)/health" }

  /// - Returns: nil without a HEALTHCHECK.
  package static func read(in directory: String) -> RunNews.Health? {
    guard let bytes = try? FileTree.readIfPresent(path(in: directory)) else { return nil }
    return RunNews.Health(
      rawValue: String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
  }
}

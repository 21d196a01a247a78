package import State

/// Which runs somebody wants to see.
package struct RunFilter: Sendable {
  package enum Status: String, Sendable, CaseIterable {
    case running
    case succeeded
    /// Whatever ended it, unless it succeeded.
    case failed
    case lost

    package init(_ standing: RunStanding) {
      switch standing {
      case .running, .ended(.running): self = .running
      case .lost: self = .lost
      case .ended(.exited(code: 0)): self = .succeeded
      case .ended: self = .failed
      }
    }
  }

  /// nil is any, also of the following.
  package var status: Status?
  /// Its name in the project, or the beginning of its digest.
  package var image: String?
  /// Its path as it was given, or the end of it from a `/` on.
  package var script: String?
  /// Seconds since 1970-01-01T00:00:00Z.
  package var since: Int64?

  package init() {}

  package func includes(_ run: RunRecord, _ standing: RunStanding) -> Bool {
    if let status, status != Status(standing) { return false }
    if let script, run.script != script, !run.script.hasSuffix("/" + script) { return false }
    if let since, run.started < since { return false }
    return image.map { isImage($0, of: run) } ?? true
  }

  private func isImage(_ image: String, of run: RunRecord) -> Bool {
    guard run.image != image else { return true }
    let digits = image.hasPrefix("sha256:") ? image : "sha256:" + image
    return image.count >= 4 && run.imageDigest?.hasPrefix(digits) == true
  }
}

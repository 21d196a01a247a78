package import OCI

/// What is to be run in an image.
package enum LaunchRequest: Sendable, Equatable {
  /// The words after `--`; none is what the image does by itself.
  case command([String])
  case script(LaunchScript, arguments: [String])
  /// Exactly these words, whatever the image's ENTRYPOINT says.
  case exact([String])
}

/// A script of the project that is in the image.
package struct LaunchScript: Sendable, Equatable {
  /// In the image.
  package let place: TreePath
  /// Without its end.
  package let firstLine: String
  package let isExecutable: Bool

  package init(place: TreePath, firstLine: String = "", isExecutable: Bool = false) {
    self.place = place
    self.firstLine = firstLine
    self.isExecutable = isExecutable
  }
}

/// The folders of the host that a run has to do with.
package struct ProjectFolders: Sendable, Equatable, Codable {
  /// Absolute; what settings name is relative to it.
  package let root: String
  /// Absolute: what COPY took its files from.
  package let context: String
  /// For paths that start with `~/`; nil leaves them as they are.
  package let home: String?

  package init(root: String, context: String, home: String? = nil) {
    self.root = root
    self.context = context
    self.home = home
  }
}

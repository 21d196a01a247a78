/// Where the value of a secret comes from. The value itself is read when it is needed, and kept
/// nowhere.
package enum SecretSource: Hashable, Sendable {
  /// An absolute path.
  case file(String)
  /// The name of a variable.
  case environment(String)
}

/// A secret of an image, as the configuration and the command line have it.
package struct ImageSecret: Hashable, Sendable {
  /// nil: nothing says where it comes from.
  package var source: SecretSource?
  /// Whether the commands that see it run again when its value has changed.
  package var rebuilds: Bool

  package init(source: SecretSource? = nil, rebuilds: Bool = false) {
    self.source = source
    self.rebuilds = rebuilds
  }
}

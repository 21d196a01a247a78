/// How an overlay's own marks are kept on a file system.
///
/// Source: Linux `overlayfs.rst`, "whiteouts and opaque directories" and "User xattr".
package enum OverlayForm: Sendable {
  /// For a mount by root of the host.
  case privileged
  /// For a mount in a user namespace, with the option `userxattr`.
  case user

  private static let privilegedPrefix = "trusted.overlay."
  private static let userPrefix = "user.overlay."

  private var prefix: String {
    switch self {
    case .privileged: Self.privilegedPrefix
    case .user: Self.userPrefix
    }
  }

  /// Has the value "y" on a directory that hides what is below it.
  var opaqueAttribute: String { prefix + "opaque" }

  /// Is on an empty file that is a whiteout; the other form of one is the character device 0:0,
  /// which every kernel that has overlays in user namespaces lets anybody make.
  var whiteoutAttribute: String { prefix + "whiteout" }

  /// Whether an extended attribute is the overlay's and not the file's.
  static func owns(attribute name: String) -> Bool {
    name.hasPrefix(privilegedPrefix) || name.hasPrefix(userPrefix)
  }
}

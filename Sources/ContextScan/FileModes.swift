import FileSystem

/// What becomes of the permissions of a context's files.
package enum FileModes: Sendable {
  case kept
  /// Nothing is left of them but whether a file can be executed, as in git: a checkout is the same
  /// whatever the umask was that it was made under.
  case normalized

  func permissions(of status: FileStatus) -> UInt16 {
    switch self {
    case .kept: return status.permissions
    case .normalized:
      let isExecutable = status.kind == .directory || status.permissions & 0o100 != 0
      return isExecutable ? 0o755 : 0o644
    }
  }
}

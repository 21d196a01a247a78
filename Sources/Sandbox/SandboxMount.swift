/// Something that is put into the root for the time of the command. None of it is ever part of what
/// the command wrote.
package struct SandboxMount: Codable, Sendable, Equatable {
  package enum Source: Codable, Sendable, Equatable {
    /// An absolute path outside; a directory, a file, or a socket. Devices in it cannot be opened.
    case bind(String)
    /// Something in a tree of files that is not to be trusted: its links lead where they lead for
    /// who is in the tree, never out of it. Devices in it cannot be opened.
    case inside(SandboxTree, path: String)
    /// One device file outside, such as a GPU's, which can be opened.
    case device(String)
    /// An empty directory in memory; `size` in bytes, half of the memory when nil.
    case memory(size: Int64?, mode: UInt32)
    /// A file that exists in memory only, such as a secret.
    case file(contents: [UInt8], mode: UInt32, uid: UInt32, gid: UInt32)
  }

  package var source: Source
  /// Absolute, in the root. Links on the way are followed, never out of the root.
  package var target: String
  package var isReadOnly: Bool

  package init(_ source: Source, target: String, isReadOnly: Bool = false) {
    self.source = source
    self.target = target
    self.isReadOnly = isReadOnly
  }
}

/// Files to mount something of.
package enum SandboxTree: Codable, Sendable, Equatable {
  /// An absolute path outside. What is written to it stays.
  case directory(String)
  /// An overlay as the root of a command is one, topmost first; what is written is `writable`'s, and
  /// of no use after a loss of power unless it is kept.
  case overlay(lowers: [String], writable: SandboxSpec.Writable, isKept: Bool = false)
}

/// Something that is put into the root for the time of the command. None of it is ever part of what
/// the command wrote.
package struct SandboxMount: Codable, Sendable, Equatable {
  package enum Source: Codable, Sendable, Equatable {
    /// An absolute path outside; a directory, a file, or a socket. Devices in it cannot be opened.
    case bind(String)
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

import FileSystem
package import OCI

/// What came of reading a blob to its end, whatever is noted of it.
package enum BlobVerdict: Sendable, Equatable {
  case right
  /// Nobody has it any more, nor has anybody named it damaged.
  case gone
  case damaged
}

extension BlobDirectory {
  /// The names of all blobs; files whose names are no digests are not the store's.
  package func digests() throws -> [Digest] { try Self.digests(in: directory) }

  static func digests(in directory: String) throws -> [Digest] {
    try Directory.entries(of: directory).compactMap {
      Digest(hex: String(decoding: $0.name, as: UTF8.self))
    }
  }

  /// Reads a blob again. One that is written anew meanwhile is read once more; what is damaged and
  /// still there, seen under the lock of those who write blobs, is removed when that is asked for.
  /// - Parameter count: Told how many bytes were read.
  package func reread(
    _ digest: Digest, drops: Bool, counting count: (Int) throws -> Void
  ) throws -> BlobVerdict {
    let path = path(of: digest)
    while let status = try FileStatus.of(path, followLink: true) {
      let isRight = try status.kind == .file && holds(digest, at: path, counting: count)
      guard try FileStatus.of(path, followLink: true) == status else { continue }
      if isRight {
        if try note(digest, status) { return .right }
        continue
      }
      guard drops, let guardian else { return .damaged }
      if try guardian.remove(path, digest, status) { return .damaged }
    }
    return .gone
  }

  /// Nobody takes away what is noted between the last look and the note.
  /// - Returns: Whether it was there still.
  private func note(_ digest: Digest, _ status: FileStatus) throws -> Bool {
    guard let guardian, try !guardian.records.isKnown(.blob, digest, status) else { return true }
    try guardian.pin(digest)
    guard try FileStatus.of(path(of: digest), followLink: true) == status else { return false }
    try guardian.records.note(.blob, digest, status)
    return true
  }

  /// What cannot be read is as good as damaged.
  private func holds(
    _ digest: Digest, at path: String, counting count: (Int) throws -> Void
  ) throws -> Bool {
    do {
      return try BlobGuardian.digest(of: path, counting: count) == digest
    } catch is FileError {
      return false
    }
  }

  /// A small blob's bytes, when they are what its name says; asks nobody, and removes nothing.
  /// - Parameter limit: In bytes.
  package func peek(_ digest: Digest, limit: Int64 = 16 << 20) -> [UInt8]? {
    guard let status = try? FileStatus.of(path(of: digest), followLink: true),
      status.kind == .file, status.size <= limit,
      let bytes = try? FileTree.read(path(of: digest)), SHA256.digest(of: bytes) == digest
    else { return nil }
    return bytes
  }

  /// Whether there is a file of that name, whatever is in it.
  package func hasFile(of digest: Digest) throws -> Bool {
    try FileStatus.of(path(of: digest), followLink: true) != nil
  }

  /// - Returns: nil, too, for what is empty or cannot be read.
  package func firstByte(of digest: Digest) -> UInt8? {
    guard let file = try? File.open(path(of: digest)) else { return nil }
    var byte: UInt8 = 0
    let count = withUnsafeMutableBytes(of: &byte) { try? file.read(at: 0, into: $0) }
    return count == 1 ? byte : nil
  }
}

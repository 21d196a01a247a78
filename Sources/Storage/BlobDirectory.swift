import FileSystem
import Glibc
package import OCI

/// Blobs as files named by their digest, in a directory as OCI image layouts have it.
///
/// Source: OCI image-spec v1.1, `image-layout.md`, "Blobs". A file gets its name only when it is
/// complete and its digest is known; until then it is in `temporary`, on the same file system.
package struct BlobDirectory: ContentStore {
  let directory: String
  let temporary: String
  /// Only a store knows its blobs, and may remove what is damaged.
  private let guardian: BlobGuardian?

  package init(directory: String, temporary: String) {
    self.init(directory: directory, temporary: temporary, guardian: nil)
  }

  init(directory: String, temporary: String, guardian: BlobGuardian?) {
    self.directory = directory
    self.temporary = temporary
    self.guardian = guardian
  }

  package func path(of digest: Digest) -> String { directory + "/" + digest.hex }

  /// What a store has stays from here on, as long as the store is open.
  /// - Returns: nil, too, for what a store found damaged: it is gone then.
  package func size(of digest: Digest) throws -> Int64? {
    try guardian?.pin(digest)
    return try sizeForNow(of: digest)
  }

  /// For who only looks around: what is there now may be gone in a moment.
  func sizeForNow(of digest: Digest) throws -> Int64? {
    guard let status = try FileStatus.of(path(of: digest), followLink: true) else { return nil }
    guard let guardian else { return status.size }
    return try guardian.examine(path(of: digest), digest, status)?.size
  }

  package func reader(of digest: Digest) throws -> any BlobReader {
    guard try size(of: digest) != nil else { throw StorageError.missingBlob(digest) }
    do {
      return try FileBlobReader(path: path(of: digest))
    } catch let error as FileError where error.isNotFound {
      throw StorageError.missingBlob(digest)
    }
  }

  package func writer() throws -> any BlobWriter {
    let name = "\(temporary)/blob-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    return FileBlobWriter(destination: self, file: try File.create(name))
  }

  /// Gives a complete file its name.
  fileprivate func commit(_ file: String, as digest: Digest) throws {
    let path = path(of: digest)
    try guardian?.pin(digest)
    let lock = try guardian?.holdBlobs()
    defer { _ = lock }
    do throws(FileError) {
      try FileTree.rename(file, to: path)
    } catch {
      guard error.errno == EISDIR else { throw error }
      // A folder can only be somebody's mistake.
      try FileTree.remove(path)
      try FileTree.rename(file, to: path)
    }
    try guardian?.note(path, digest)
  }
}

private final class FileBlobReader: BlobReader {
  private let file: File
  let size: Int64

  init(path: String) throws {
    file = try File.open(path)
    size = try file.status().size
  }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try file.read(at: offset, into: buffer)
  }
}

private final class FileBlobWriter: BlobWriter {
  private let destination: BlobDirectory
  private let file: File
  private var hash = SHA256()
  private var size: Int64 = 0
  private var isCommitted = false

  init(destination: BlobDirectory, file: consuming File) {
    self.destination = destination
    self.file = file
  }

  deinit {
    if !isCommitted { try? FileTree.removeFile(file.path) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try file.write(bytes)
    hash.update(bytes)
    size += Int64(bytes.count)
  }

  func commit(expecting expected: Digest?) throws -> (digest: Digest, size: Int64) {
    let digest = hash.finalize()
    if let expected, expected != digest {
      throw ContentError.digestMismatch(expected: expected, actual: digest)
    }
    try destination.commit(file.path, as: digest)
    isCommitted = true
    return (digest, size)
  }
}

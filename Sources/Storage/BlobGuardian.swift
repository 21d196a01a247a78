import FileSystem
import OCI

/// Keeps a store's blobs what their names say: one that is not known to be right is read before it
/// is used, and removed when it is damaged.
final class BlobGuardian: Sendable {
  private let records: ContentRecords
  private let pins: Pins
  /// Who writes blobs keeps the place that they are written in, also without the store itself.
  private let workspace: TemporarySpace
  /// Held together by those who give blobs their names, and alone by who removes one.
  private let lock: String
  private let report: @Sendable (StorageFinding) -> Void

  init(
    records: ContentRecords, pins: Pins, workspace: TemporarySpace, lock: String,
    report: @escaping @Sendable (StorageFinding) -> Void
  ) {
    self.records = records
    self.pins = pins
    self.workspace = workspace
    self.lock = lock
    self.report = report
  }

  /// Keeps everybody from taking a blob away that is in order.
  func pin(_ digest: Digest) throws(FileError) { try pins.pin(digest) }

  /// Keeps everybody from removing a blob, be it a damaged one that the caller replaces.
  func holdBlobs() throws(FileError) -> FileLock { try FileLock.acquire(lock, .shared) }

  func note(_ path: String, _ digest: Digest) throws {
    // Another process may have found it damaged already.
    guard let status = try FileStatus.of(path, followLink: true) else { return }
    try records.note(.blob, digest, status)
  }

  /// - Returns: The stat record of what is right; nil when it was not, and is gone.
  func examine(_ path: String, _ digest: Digest, _ status: FileStatus) throws -> FileStatus? {
    if status.kind == .file, try records.isKnown(.blob, digest, status) { return status }
    // What cannot be read is as good as damaged.
    let isRight = status.kind == .file && (try? Self.digest(of: path)) == digest
    let now = try FileStatus.of(path, followLink: true)
    if let now, now != status {
      // It was written anew meanwhile, by somebody who knows it.
      return try examine(path, digest, now)
    }
    if isRight {
      try records.note(.blob, digest, status)
      return now
    }
    if now != nil, !records.database.isReadOnly { return try remove(path, digest, status) }
    return nil
  }

  /// - Returns: What has the name by now and is right: then nothing is removed.
  private func remove(
    _ path: String, _ digest: Digest, _ damaged: FileStatus
  ) throws -> FileStatus? {
    let alone = try FileLock.acquire(lock)
    let now = try FileStatus.of(path, followLink: true)
    guard now == damaged else {
      _ = consume alone
      return try now.flatMap { try examine(path, digest, $0) }
    }
    try records.forget(.blob, digest)
    try FileTree.remove(path)
    _ = consume alone
    report(.blob(digest))
    return nil
  }

  private static func digest(of path: String) throws -> Digest {
    let file = try File.open(path)
    var hash = SHA256()
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      while case let count = try file.read(into: buffer), count > 0 {
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return hash.finalize()
  }
}

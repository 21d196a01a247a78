import FileSystem
import OCI

/// What a file contained when its stat record was this.
struct DigestRecord: Equatable {
  private static let magic = Array("rdr2".utf8)
  /// size, mtime, ctime, inode, device, mode.
  private let stamp: [UInt64]
  let digest: Digest

  init(_ status: FileStatus, _ digest: Digest) {
    stamp = Self.stamp(status)
    self.digest = digest
  }

  private init(stamp: [UInt64], digest: Digest) {
    self.stamp = stamp
    self.digest = digest
  }

  private static func stamp(_ status: FileStatus) -> [UInt64] {
    [
      UInt64(bitPattern: status.size), UInt64(bitPattern: status.modified),
      UInt64(bitPattern: status.changed), status.inode, status.device, UInt64(status.mode),
    ]
  }

  func matches(_ status: FileStatus) -> Bool { stamp == Self.stamp(status) }

  /// A check sum (8 bytes), then for each name: its length (2 bytes, little-endian), the name, the
  /// stamp (6 × 8), the digest.
  static func encode(_ records: [[UInt8]: DigestRecord]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, record) in records {
      bytes.append(UInt8(truncatingIfNeeded: name.count))
      bytes.append(UInt8(truncatingIfNeeded: name.count >> 8))
      bytes += name
      for word in record.stamp { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
      bytes += record.digest.bytes
    }
    return magic + checkSum(bytes[...]) + bytes
  }

  private static func checkSum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    withUnsafeBytes(of: PathHash(Array(bytes)).value.littleEndian) { Array($0) }
  }

  /// - Returns: Nothing for damaged bytes: a record that is lost costs reading, a wrong one a build.
  static func decode(_ bytes: [UInt8]) -> [[UInt8]: DigestRecord] {
    let start = magic.count + 8
    guard bytes.count >= start, bytes.starts(with: magic),
      bytes[magic.count..<start].elementsEqual(checkSum(bytes[start...]))
    else { return [:] }
    var records: [[UInt8]: DigestRecord] = [:]
    var at = start
    while at + 2 <= bytes.count {
      let length = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      let end = at + 2 + length + 48 + Digest.byteCount
      guard end <= bytes.count else { break }
      let name = Array(bytes[(at + 2)..<(at + 2 + length)])
      let stamp = bytes.withUnsafeBytes { buffer in
        (0..<6).map {
          UInt64(
            littleEndian: buffer.loadUnaligned(
              fromByteOffset: at + 2 + length + $0 * 8, as: UInt64.self))
        }
      }
      if let digest = Digest(bytes: bytes[(end - Digest.byteCount)..<end]) {
        records[name] = DigestRecord(stamp: stamp, digest: digest)
      }
      at = end
    }
    return records
  }
}

import FileSystem
import OCI

/// What a file contained when its stat record was this.
struct DigestRecord: Equatable {
  private static let magic = Array("rdr2".utf8)

  private struct Stamp: Equatable {
    static let byteCount = 48

    let size, modified, changed, inode, device, mode: UInt64

    init(_ status: FileStatus) {
      size = UInt64(bitPattern: status.size)
      modified = UInt64(bitPattern: status.modified)
      changed = UInt64(bitPattern: status.changed)
      inode = status.inode
      device = status.device
      mode = UInt64(status.mode)
    }

    init(loading bytes: UnsafeRawBufferPointer, at offset: Int) {
      func word(_ index: Int) -> UInt64 {
        UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self))
      }
      (size, modified, changed) = (word(0), word(1), word(2))
      (inode, device, mode) = (word(3), word(4), word(5))
    }

    var words: [UInt64] { [size, modified, changed, inode, device, mode] }
  }

  private let stamp: Stamp
  let digest: Digest

  init(_ status: FileStatus, _ digest: Digest) {
    stamp = Stamp(status)
    self.digest = digest
  }

  private init(stamp: Stamp, digest: Digest) {
    self.stamp = stamp
    self.digest = digest
  }

  func matches(_ status: FileStatus) -> Bool { stamp == Stamp(status) }

  /// A check sum (8 bytes), then for each name: its length (2 bytes, little-endian), the name, the
  /// stamp (6 × 8), the digest.
  static func encode(_ records: [[UInt8]: DigestRecord]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, record) in records {
      bytes.append(UInt8(truncatingIfNeeded: name.count))
      bytes.append(UInt8(truncatingIfNeeded: name.count >> 8))
      bytes += name
      for word in record.stamp.words { withUnsafeBytes(of: word.littleEndian) { bytes += $0 } }
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
    bytes.withUnsafeBytes { buffer in
      var at = start
      while at + 2 <= buffer.count {
        let length = Int(buffer[at]) | Int(buffer[at + 1]) << 8
        let name = at + 2
        let end = name + length + Stamp.byteCount + Digest.byteCount
        guard end <= buffer.count else { break }
        let stamp = Stamp(loading: buffer, at: name + length)
        records[Array(buffer[name..<name + length])] = DigestRecord(
          stamp: stamp, digest: Digest(loading: buffer, at: end - Digest.byteCount))
        at = end
      }
    }
    return records
  }
}

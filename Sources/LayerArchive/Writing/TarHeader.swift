import OCI

/// The 512 bytes before an entry, and the pax records before those where they cannot hold it.
///
/// Source: POSIX.1-2017, `pax`, "ustar Interchange Format" and "pax Extended Header".
struct TarHeader {
  static let blockSize = 512

  enum TypeFlag: UInt8 {
    case file = 0x30
    case hardLink = 0x31
    case symlink = 0x32
    case characterDevice = 0x33
    case blockDevice = 0x34
    case directory = 0x35
    case fifo = 0x36
    case extended = 0x78
  }

  /// With a slash at the end for a directory.
  var name: [UInt8]
  var type: TypeFlag
  var permissions: UInt16 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0
  var size: Int64 = 0
  var link: [UInt8] = []
  var deviceMajor: UInt32 = 0
  var deviceMinor: UInt32 = 0
  var attributes: [LayerEntry.ExtendedAttribute] = []
  /// In seconds since 1970-01-01T00:00:00Z.
  var modified: Int64

  private static let largestID: UInt32 = 0o7_777_777
  private static let largestSize: Int64 = 0o77_777_777_777

  func write(to chunk: Chunk) {
    let split = Self.split(name)
    var records = PaxRecords()
    if split == nil { records.add("path", name) }
    if link.count > 100 { records.add("linkpath", link) }
    if size > Self.largestSize { records.add("size", size) }
    if uid > Self.largestID { records.add("uid", Int64(uid)) }
    if gid > Self.largestID { records.add("gid", Int64(gid)) }
    for attribute in attributes { records.add(attribute) }
    if !records.isEmpty { write(records, to: chunk) }
    let fallback = (prefix: ArraySlice<UInt8>(), name: name[..<min(name.count, 100)])
    writeBlock(split ?? fallback, to: chunk)
  }

  private func write(_ records: PaxRecords, to chunk: Chunk) {
    let bytes = records.serialized
    let header = TarHeader(
      name: Array("PaxHeaders/entry".utf8), type: .extended, permissions: 0o644,
      size: Int64(bytes.count), modified: modified)
    header.writeBlock((prefix: [], name: header.name[...]), to: chunk)
    chunk.append(bytes)
    chunk.append(zeros: Self.padding(after: Int64(bytes.count)))
  }

  /// How many bytes fill the last block of a file.
  static func padding(after size: Int64) -> Int {
    Int(-size & Int64(blockSize - 1))
  }

  /// - Returns: The name in the two fields of the block; nil when it does not fit.
  private static func split(
    _ name: [UInt8]
  ) -> (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>)? {
    if name.count <= 100 { return (prefix: [], name: name[...]) }
    guard name.count <= 256 else { return nil }
    // The longest name that fits; a slash at the very end belongs to the name.
    for index in (name.count - 101)..<(name.count - 1) where name[index] == UInt8(ascii: "/") {
      return index > 0 && index <= 155 ? (name[..<index], name[(index + 1)...]) : nil
    }
    return nil
  }

  private func writeBlock(
    _ split: (prefix: ArraySlice<UInt8>, name: ArraySlice<UInt8>), to chunk: Chunk
  ) {
    let block = chunk.room(for: Self.blockSize)
    block.initializeMemory(as: UInt8.self, repeating: 0)
    Self.put(split.name, block, at: 0)
    Self.put(octal: Int64(permissions), block, at: 100, width: 8)
    Self.put(octal: Int64(uid > Self.largestID ? 0 : uid), block, at: 108, width: 8)
    Self.put(octal: Int64(gid > Self.largestID ? 0 : gid), block, at: 116, width: 8)
    Self.put(octal: size > Self.largestSize ? 0 : size, block, at: 124, width: 12)
    Self.put(octal: modified, block, at: 136, width: 12)
    block[156] = type.rawValue
    Self.put(link[..<min(link.count, 100)], block, at: 157)
    Self.put("ustar\u{0}00".utf8, block, at: 257)
    if type == .characterDevice || type == .blockDevice {
      Self.put(octal: Int64(deviceMajor), block, at: 329, width: 8)
      Self.put(octal: Int64(deviceMinor), block, at: 337, width: 8)
    }
    Self.put(split.prefix, block, at: 345)
    // The checksum counts its own field as spaces, and has six digits, a NUL and a space.
    let sum = block.reduce(Int64(8 * 0x20)) { $0 + Int64($1) }
    Self.put(octal: sum, block, at: 148, width: 7)
    block[155] = 0x20
    chunk.advance(by: Self.blockSize)
  }

  private static func put(
    _ bytes: some Collection<UInt8>, _ block: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
  }

  /// Octal digits, as many as there is room for before the NUL at the end.
  private static func put(
    octal value: Int64, _ block: UnsafeMutableRawBufferPointer, at offset: Int, width: Int
  ) {
    var rest = max(value, 0)
    for index in stride(from: offset + width - 2, through: offset, by: -1) {
      block[index] = UInt8(ascii: "0") + UInt8(rest & 7)
      rest >>= 3
    }
  }
}

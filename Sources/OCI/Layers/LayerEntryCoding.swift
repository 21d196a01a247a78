/// The bytes of one entry, in an index and under a digest.
///
/// Format 1, part of every key: path, kind, flags, permissions, owner, then what the flags announce.
/// Numbers are LEB128; strings have their length before them, so that no two entries share bytes.
extension LayerEntry {
  private struct Fields: OptionSet {
    let rawValue: UInt8
    static let content = Fields(rawValue: 1)
    static let link = Fields(rawValue: 2)
    static let device = Fields(rawValue: 4)
    static let attributes = Fields(rawValue: 8)
    static let opaque = Fields(rawValue: 16)
  }

  package func encode(into bytes: inout [UInt8]) {
    bytes.append(counted: path.bytes)
    bytes.append(kind.rawValue)
    var fields: Fields = []
    if content != nil { fields.insert(.content) }
    if !link.isEmpty { fields.insert(.link) }
    if deviceMajor != 0 || deviceMinor != 0 { fields.insert(.device) }
    if !attributes.isEmpty { fields.insert(.attributes) }
    if isOpaque { fields.insert(.opaque) }
    bytes.append(fields.rawValue)
    bytes.append(varint: UInt64(permissions))
    bytes.append(varint: UInt64(uid))
    bytes.append(varint: UInt64(gid))
    if let content {
      bytes.append(varint: UInt64(size))
      content.withBytes { bytes.append(contentsOf: $0) }
    }
    if fields.contains(.link) { bytes.append(counted: link) }
    if fields.contains(.device) {
      bytes.append(varint: UInt64(deviceMajor))
      bytes.append(varint: UInt64(deviceMinor))
    }
    if fields.contains(.attributes) {
      bytes.append(varint: UInt64(attributes.count))
      for attribute in attributes {
        bytes.append(counted: Array(attribute.name.utf8))
        bytes.append(counted: attribute.value)
      }
    }
  }

  /// - Returns: nil when the bytes are not what `encode` writes.
  init?(decoding reader: inout ByteReader) {
    guard let path = reader.counted(), let kind = reader.byte().flatMap(Kind.init(rawValue:)),
      let fields = reader.byte().map(Fields.init(rawValue:)),
      let permissions = reader.varint(), let uid = reader.varint(), let gid = reader.varint()
    else { return nil }
    self.init(
      path: TreePath(trusted: Array(path)), kind: kind,
      permissions: UInt16(truncatingIfNeeded: permissions),
      uid: UInt32(truncatingIfNeeded: uid), gid: UInt32(truncatingIfNeeded: gid))
    isOpaque = fields.contains(.opaque)
    if fields.contains(.content) {
      guard let size = reader.varint(), let digest = reader.digest() else { return nil }
      self.size = Int64(truncatingIfNeeded: size)
      content = digest
    }
    if fields.contains(.link) {
      guard let link = reader.counted() else { return nil }
      self.link = Array(link)
    }
    if fields.contains(.device) {
      guard let major = reader.varint(), let minor = reader.varint() else { return nil }
      deviceMajor = UInt32(truncatingIfNeeded: major)
      deviceMinor = UInt32(truncatingIfNeeded: minor)
    }
    if fields.contains(.attributes) {
      guard let attributes = reader.attributes() else { return nil }
      self.attributes = attributes
    }
  }
}

extension [UInt8] {
  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  mutating func append(counted bytes: [UInt8]) {
    append(varint: UInt64(bytes.count))
    append(contentsOf: bytes)
  }
}

/// Reads what the encoder wrote; every method gives nil at a premature end.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private var at: Int

  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    self.bytes = bytes
    at = offset
  }

  mutating func byte() -> UInt8? {
    guard at < bytes.count else { return nil }
    defer { at += 1 }
    return bytes[at]
  }

  mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = byte() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  mutating func counted() -> UnsafeRawBufferPointer? {
    guard let length = varint(), length <= UInt64(bytes.count - at) else { return nil }
    defer { at += Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[at..<(at + Int(length))])
  }

  mutating func digest() -> Digest? {
    guard bytes.count - at >= Digest.byteCount else { return nil }
    defer { at += Digest.byteCount }
    return Digest(loading: bytes, at: at)
  }

  mutating func attributes() -> [LayerEntry.ExtendedAttribute]? {
    guard let count = varint(), count <= UInt64(bytes.count) else { return nil }
    var found: [LayerEntry.ExtendedAttribute] = []
    for _ in 0..<count {
      guard let name = counted(), let value = counted() else { return nil }
      found.append(.init(name: String(decoding: name, as: UTF8.self), value: Array(value)))
    }
    return found
  }
}

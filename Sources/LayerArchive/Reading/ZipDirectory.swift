import OCI

/// The list at the end of a zip file, and so of a Python wheel or a Java archive.
///
/// Nothing is unpacked: the list has sums of the contents. libarchive would do it, and bring a
/// library for encryption along.
///
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16.
struct ZipDirectory {
  let members: [ArchiveMembers.Member]

  private static let endSignature: UInt32 = 0x0605_4b50
  private static let entrySignature: UInt32 = 0x0201_4b50
  private static let endSize = 22
  private static let entrySize = 46
  /// A comment can follow the end.
  private static let longestComment = 65_535

  /// - Returns: nil for what is no zip file, or a damaged one.
  init?(_ bytes: [UInt8]) {
    let fields = LittleEndianFields(bytes)
    guard bytes.starts(with: [0x50, 0x4b]), let end = Self.end(of: fields),
      let count = fields.number(at: end + 10, UInt16.self),
      let start = fields.number(at: end + 16, UInt32.self)
    else { return nil }
    var members: [ArchiveMembers.Member] = []
    var position = Int(start)
    for _ in 0..<count {
      guard let entry = Self.entry(at: position, of: fields) else { return nil }
      members.append(entry.member)
      position = entry.next
    }
    self.members = members
  }

  private static func end(of fields: LittleEndianFields) -> Int? {
    let last = fields.bytes.count - endSize
    guard last >= 0 else { return nil }
    return (max(0, last - longestComment)...last).reversed()
      .first { fields.number(at: $0, UInt32.self) == endSignature }
  }

  private static func entry(
    at position: Int, of fields: LittleEndianFields
  ) -> (member: ArchiveMembers.Member, next: Int)? {
    func number(_ offset: Int) -> Int? {
      fields.number(at: position + offset, UInt16.self).map(Int.init)
    }
    guard fields.number(at: position, UInt32.self) == entrySignature,
      let time = fields.number(at: position + 12, UInt32.self), let nameSize = number(28),
      let extraSize = number(30), let commentSize = number(32),
      position + entrySize + nameSize <= fields.bytes.count
    else { return nil }
    let name = position + entrySize
    // Sum and size of what is inside; sizes of its compressed form follow from how it was made.
    let content =
      fields.bytes[(position + 16)..<(position + 20)]
      + fields.bytes[(position + 24)..<(position + 28)]
    let member = ArchiveMembers.Member(
      name: Array(fields.bytes[name..<(name + nameSize)]), modified: Int64(time),
      content: SHA256.digest(of: Array(content)))
    return (member, name + nameSize + extraSize + commentSize)
  }
}

/// Numbers at places that a file names, which may be anywhere.
private struct LittleEndianFields {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func number<Number: FixedWidthInteger>(at position: Int, _ type: Number.Type) -> Number? {
    let size = Number.bitWidth / 8
    guard position >= 0, position <= bytes.count - size else { return nil }
    return bytes[position..<(position + size)].reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}

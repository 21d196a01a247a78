/// A tar stream put together by hand, however wrong.
struct TarBytes {
  private(set) var bytes: [UInt8] = []

  /// Adds a header, with a right checksum, and content.
  @discardableResult
  mutating func add(
    _ name: String, type: Character = "0", content: [UInt8] = [], link: String = "",
    mode: String = "0000644", uid: String = "0000000", size: String? = nil,
    major: String = "0000000", minor: String = "0000000", magic: String = "ustar\u{0}00"
  ) -> Self {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      block.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    put(name, 0)
    put(mode, 100)
    put(uid, 108)
    put("0000000", 116)
    put(size ?? Self.octal(content.count, 11), 124)
    put("14723311200", 136)
    put(String(type), 156)
    put(link, 157)
    put(magic, 257)
    put(major, 329)
    put(minor, 337)
    put("        ", 148)
    put(Self.octal(block.reduce(0) { $0 + Int($1) }, 6) + "\u{0}", 148)
    bytes += block + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    return self
  }

  /// Adds a pax header for the next entry.
  mutating func addRecords(_ records: [(String, [UInt8])]) {
    var body: [UInt8] = []
    for (key, value) in records {
      let rest = key.utf8.count + value.count + 3
      var length = rest + 1
      while rest + String(length).utf8.count != length { length += 1 }
      body += Array("\(length) \(key)=".utf8) + value + [UInt8(ascii: "\n")]
    }
    add("PaxHeaders/x", type: "x", content: body)
  }

  mutating func end() -> [UInt8] {
    bytes += [UInt8](repeating: 0, count: 1024)
    return bytes
  }

  static func octal(_ value: Int, _ width: Int) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}

/// Addresses with what lets people in: `https://user:password@host`, `https://token@host`.
package enum SecretAddress {
  /// Whether there is such an address in a text.
  package static func isIn(_ text: String) -> Bool { masked(text) != text }

  /// With `<secret>` in place of everything between `://` and `@`.
  package static func masked(_ text: String) -> String {
    var rest = Array(text.utf8)[...]
    var shown: [UInt8] = []
    while let start = end(of: "://", in: rest) {
      shown += rest[..<start]
      rest = rest[start...]
      guard let length = secretLength(rest) else { continue }
      shown += Array("<secret>".utf8)
      rest = rest.dropFirst(length)
    }
    return String(decoding: shown + rest, as: UTF8.self)
  }

  private static func end(of mark: String, in text: ArraySlice<UInt8>) -> Int? {
    let mark = Array(mark.utf8)
    return text.indices.first { text[$0...].starts(with: mark) }.map { $0 + mark.count }
  }

  /// How much stands before the `@` of an address; nil when nobody is named.
  ///
  /// An `@` counts in front of the path, as RFC 3986 has it, and behind a slash when it cannot be a
  /// path: after a colon there is a port, else a password that should have been escaped.
  private static func secretLength(_ address: ArraySlice<UInt8>) -> Int? {
    let word = address.prefix { !Array(" \t\r\n\"'".utf8).contains($0) }
    let host = word.prefix { !Array("/?#".utf8).contains($0) }
    let port = host.firstIndex(of: UInt8(ascii: ":")).map { host[($0 + 1)...] } ?? []
    let isPassword = port.contains { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let end = (isPassword ? word : host).lastIndex(of: UInt8(ascii: "@"))
    return end.flatMap { $0 > address.startIndex ? $0 - address.startIndex : nil }
  }
}

/// One way in which a registry lets a client prove itself.
///
/// Source: RFC 9110, 11.6.1 (`WWW-Authenticate`) and RFC 6750, 3.
struct Challenge: Hashable, Sendable {
  /// Lower-case: `bearer`, `basic`.
  let scheme: String
  /// By lower-case name.
  let parameters: [String: String]

  /// All challenges of one header; what is malformed ends the reading, never fails.
  static func parse(_ header: String) -> [Challenge] {
    var scanner = Scanner(rest: header.utf8[...])
    var found: [Challenge] = []
    while let scheme = scanner.schemeName() {
      var parameters: [String: String] = [:]
      while let (name, value) = scanner.parameter() {
        // The first of a name counts, so that nothing can be slipped in behind it.
        if parameters[name] == nil { parameters[name] = value }
      }
      found.append(Challenge(scheme: scheme, parameters: parameters))
    }
    return found
  }

  private struct Scanner {
    var rest: Substring.UTF8View

    /// A token that is followed by a space, a comma or the end, and not by `=`.
    mutating func schemeName() -> String? {
      skip(", \t")
      let name = token()
      return name.isEmpty ? nil : name
    }

    /// `name = token` or `name = "text"`, with the comma before it.
    mutating func parameter() -> (name: String, value: String)? {
      let before = rest
      skip(", \t")
      let name = token()
      skip(" \t")
      guard !name.isEmpty, rest.first == UInt8(ascii: "=") else {
        rest = before
        return nil
      }
      rest.removeFirst()
      skip(" \t")
      return (name, rest.first == UInt8(ascii: "\"") ? quoted() : unquoted())
    }

    mutating func skip(_ characters: StaticString) {
      let set = UnsafeBufferPointer(
        start: characters.utf8Start, count: characters.utf8CodeUnitCount)
      rest = rest.drop { set.contains($0) }
    }

    mutating func token() -> String { unquoted(stoppingAt: " \t,=\"").lowercased() }

    mutating func unquoted(stoppingAt stops: String = " \t,\"") -> String {
      let text = rest.prefix { !stops.utf8.contains($0) }
      rest = rest[text.endIndex...]
      return String(decoding: text, as: UTF8.self)
    }

    mutating func quoted() -> String {
      rest.removeFirst()
      var bytes: [UInt8] = []
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
          bytes.append(escaped)
        } else {
          bytes.append(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

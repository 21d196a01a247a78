/// Parts of addresses, in which bytes are written as `%41`.
package enum PercentText {
  /// Source: RFC 3986, 2.1. What is no such byte stays as it is.
  package static func decoded(_ text: some StringProtocol) -> String {
    var decoded: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let first = rest.popFirst() {
      if first == UInt8(ascii: "%"), rest.count >= 2,
        let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
        rest.first != UInt8(ascii: "+"), rest.first != UInt8(ascii: "-")
      {
        decoded.append(byte)
        rest = rest.dropFirst(2)
      } else {
        decoded.append(first)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}

/// The name of a commit: 40 or, in repositories that use SHA-256, 64 hexadecimal digits.
package struct GitCommit: Hashable, Sendable, CustomStringConvertible {
  package let hex: String

  /// - Returns: nil when `text` is not a whole name; git's own are in lower case.
  package init?(_ text: some StringProtocol) {
    let isHex = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    guard isHex, [40, 64].contains(text.utf8.count) else { return nil }
    hex = String(text)
  }

  package var short: String { String(hex.prefix(12)) }
  package var description: String { hex }
}

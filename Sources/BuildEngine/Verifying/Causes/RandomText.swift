/// Tells names and values that a machine has drawn from those that somebody wrote.
enum RandomText {
  /// Whether a word has a part that looks drawn: many hexadecimal digits, a UUID, letters and digits
  /// in a mixture that no language has.
  static func isLikely(_ word: [UInt8]) -> Bool {
    word.split { !isAlphanumeric($0) && $0 != dash }.contains { part in
      isIdentifier(part) || part.split(separator: dash).contains(where: isDrawn)
    }
  }

  private static let dash = UInt8(ascii: "-")

  /// 8-4-4-4-12 hexadecimal digits.
  ///
  /// Source: RFC 9562, section 4.
  private static func isIdentifier(_ part: ArraySlice<UInt8>) -> Bool {
    let groups = part.split(separator: dash, omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(isHex) }
  }

  private static func isDrawn(_ part: ArraySlice<UInt8>) -> Bool {
    let digits = part.count { isDigit($0) }
    if part.allSatisfy(isHex), part.count >= 8, digits > 0 { return true }
    if digits == part.count { return part.count >= 4 }
    let small = part.count { (0x61...0x7a).contains($0) }
    let capitals = part.count - digits - small
    // tempfile and mktemp: `tmpk3x9_q1z`, `tmp.Xy12Ab34Cd`.
    let changes = zip(part, part.dropFirst()).count { kind($0) != kind($1) }
    return part.count >= 6 && changes >= 3 && (digits > 0 || (small > 0 && capitals > 1))
  }

  private static func kind(_ byte: UInt8) -> Int {
    isDigit(byte) ? 0 : byte >= 0x61 ? 1 : 2
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
  }
}

/// A text as a string literal of the language the reference is written in.
enum QuotedText {
  static func quoted(_ text: String) -> String {
    "\"\(text.unicodeScalars.map(escaped).joined())\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\u{07}": "\\a"
    case "\u{08}": "\\b"
    case "\u{0C}": "\\f"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case "\u{0B}": "\\v"
    default: isPrintable(scalar) ? String(scalar) : numbered(scalar)
    }
  }

  private static func numbered(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) =
      switch scalar.value {
      case 0..<0x80: ("x", 2)
      case 0x80..<0x10000: ("u", 4)
      default: ("U", 8)
      }
    return "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
  }

  /// Letters, marks, numbers, punctuation, symbols; of the spaces only the plain one.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator:
      return false
    default: return true
    }
  }
}

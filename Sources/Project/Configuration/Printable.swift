/// Text of a file on its way into a message.
enum Printable {
  /// `text` on one line, at most 80 characters, without what could steer a terminal.
  static func text(_ text: some StringProtocol) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(80) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        shown += "?"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > 80 ? shown + "…" : shown
  }
}

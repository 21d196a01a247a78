/// Text of a stranger, made fit for a person's terminal.
enum PlainText {
  /// Control characters (escape sequences among them) and characters that reorder or hide text
  /// become spaces, runs of spaces one, and what is long is cut.
  /// - Parameter limit: In characters.
  static func sanitised(_ text: String, limit: Int = 300) -> String {
    var clean = ""
    var count = 0
    for scalar in text.unicodeScalars {
      guard count < limit else { return clean + "…" }
      let isPlain = !hidden.contains(scalar.properties.generalCategory) && scalar != " "
      if isPlain {
        clean.unicodeScalars.append(scalar)
      } else if clean.isEmpty || clean.hasSuffix(" ") {
        continue
      } else {
        clean.append(" ")
      }
      count += 1
    }
    if clean.hasSuffix(" ") { clean.removeLast() }
    return clean
  }

  private static let hidden: [Unicode.GeneralCategory] = [
    .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
  ]
}

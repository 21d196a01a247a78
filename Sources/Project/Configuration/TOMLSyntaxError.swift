import Diagnostics

/// What the TOML parser said, in our words.
struct TOMLSyntaxError {
  let message: String
  let span: SourceSpan

  var diagnostic: Diagnostic {
    Diagnostic(id: "toml-syntax", "invalid TOML: \(reason)", at: span, help: help)
  }

  /// The parser says first what it was reading, and names its own settings in parentheses.
  private var reason: String {
    var text = Substring(message)
    if text.hasPrefix("Error while parsing "), let colon = text.firstRange(of: ": ") {
      text = text[colon.upperBound...]
    }
    if let own = text.firstRange(of: " (TOML_") { text = text[..<own.lowerBound] }
    return Printable.text(text.prefix(1).lowercased() + text.dropFirst())
  }

  /// The commonest mistake: text without quotes.
  private var help: String? {
    let range = span.file.lineRange(around: span.range.lowerBound)
    let line = span.file.text(in: range.prefix(200))
    guard let equals = line.firstIndex(of: "=") else { return nil }
    let value = line[line.index(after: equals)...].drop { $0 == " " || $0 == "\t" }
    guard let first = value.first, first.isLetter || "/.~$".contains(first) else { return nil }
    return "text is written in double quotes: key = \"text\""
  }
}

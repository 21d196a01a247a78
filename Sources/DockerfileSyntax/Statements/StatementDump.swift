/// Writes statements as the S-expressions of the reference's test files.
struct StatementDump {
  static func text(of statements: [Statement]) -> String {
    statements.map { "(\(text(of: $0)))" }.joined(separator: "\n")
  }

  private static func text(of statement: Statement) -> String {
    var result = statement.keyword.text.lowercased()
    if !statement.flags.isEmpty {
      result += " [\(statement.flags.map { QuotedText.quoted($0.text) }.joined(separator: " "))]"
    }
    return result + text(of: statement.arguments)
  }

  private static func text(of arguments: Statement.Arguments) -> String {
    switch arguments {
    case .none: ""
    case .words(let words), .json(let words):
      words.map { " " + QuotedText.quoted($0.text) }.joined()
    case .text(let word): " " + QuotedText.quoted(word.text)
    case .assignments(let assignments): assignments.map(text).joined()
    case .typed(let type, let rest): " " + QuotedText.quoted(type.text) + text(of: rest)
    case .statement(let inner): " (\(text(of: inner)))"
    case .unknown: " \"\""
    }
  }

  private static func text(of assignment: Assignment) -> String {
    [assignment.name.text, assignment.value.text, assignment.isOldForm ? "" : "="]
      .map { " " + QuotedText.quoted($0) }.joined()
  }
}

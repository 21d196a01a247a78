/// What may stand behind a key.
enum ValueType: Sendable {
  case text(TextRule)
  /// A text that no message shows.
  case secret
  case texts(TextRule)
  case flag
  case integer
  case number
  /// A text or a number, kept as a text.
  case textOrNumber
  /// `["K=V"]`, or a table of names and values.
  case assignments
  /// Paths, or tables with `path` and `check`.
  case inputs
  /// A table that is not looked into.
  case anything

  /// With its article, for "must be …, not …".
  var expected: String {
    switch self {
    case .text(let rule): rule.choices.isEmpty ? "a string" : rule.expected
    case .secret: "a string"
    case .texts: "an array of strings"
    case .flag: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .textOrNumber: "a string or a number"
    case .assignments: "an array of \"NAME=value\" or a table"
    case .inputs: "an array of paths or of tables with 'path' and 'check'"
    case .anything: "a table"
    }
  }
}

/// What may stand behind a key.
enum ValueType: Sendable {
  case text(TextRule)
  /// A text that no message shows.
  case secret
  case texts(TextRule)
  case flag
  /// A whole number in this range.
  case integer(ClosedRange<Int64>)
  /// Any number above 0.
  case amount
  /// A text or a number, kept as a text.
  case textOrNumber(TextRule)
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
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .amount: "a number above 0"
    case .textOrNumber(let rule): rule.expected
    case .assignments: "an array of \"NAME=value\" or a table"
    case .inputs: "an array of paths or of tables with 'path' and 'check'"
    case .anything: "a table"
    }
  }
}

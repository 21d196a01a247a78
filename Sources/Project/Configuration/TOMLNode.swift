import Diagnostics

/// A value of a TOML text, and where it is.
struct TOMLNode {
  enum Content {
    /// In the order of the text.
    case table([TOMLEntry])
    case array([TOMLNode])
    case string(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    /// A date, a time, or both.
    case time
  }

  let content: Content
  let span: SourceSpan

  /// With its article, for "must be …, not …".
  var kind: String {
    switch content {
    case .table: "a table"
    case .array: "an array"
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "a boolean"
    case .time: "a date or time"
    }
  }
}

struct TOMLEntry {
  let key: String
  let keySpan: SourceSpan
  let node: TOMLNode
}

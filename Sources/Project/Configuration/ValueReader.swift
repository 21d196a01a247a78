import Diagnostics

/// Reads one value by its type, and collects what is wrong with it.
struct ValueReader {
  /// As the user knows it: `docker.build_args`.
  let keyName: String
  private(set) var diagnostics: [Diagnostic] = []

  init(keyName: String) {
    self.keyName = keyName
  }

  mutating func read(_ node: TOMLNode, as type: ValueType) -> ConfigurationValue? {
    switch (type, node.content) {
    case (.text(let rule), .string):
      return text(node, rule).map { .text($0) }
    case (.secret, .string(let value)):
      return .secret(Located(Secret(value), at: node.span))
    case (.texts(let rule), .array(let items)):
      return .texts(items.compactMap { text($0, rule) })
    case (.flag, .boolean(let value)):
      return .flag(Located(value, at: node.span))
    case (.integer(let range), .integer(let value)):
      return number(node, Double(value), type, isRight: range.contains(value))
    case (.amount, .integer(let value)):
      return number(node, Double(value), type, isRight: value > 0)
    case (.amount, .number(let value)):
      return number(node, value, type, isRight: value > 0 && value.isFinite)
    case (.textOrNumber(let rule), .string), (.textOrNumber(let rule), .integer),
      (.textOrNumber(let rule), .number):
      return scalarText(node).flatMap { checked($0, rule) }.map { .text($0) }
    case (.assignments, .array(let items)):
      return .assignments(items.compactMap { assignment($0) })
    case (.assignments, .table(let entries)):
      return .assignments(entries.compactMap { assignment($0) })
    case (.inputs, .array(let items)):
      return .inputs(items.compactMap { input($0) })
    case (.anything, .table):
      return nil
    default:
      wrongType(node, expected: type.expected)
      return nil
    }
  }

  private mutating func text(_ node: TOMLNode, _ rule: TextRule) -> Located<String>? {
    guard case .string(let value) = node.content else {
      wrongType(node, expected: "a string")
      return nil
    }
    return checked(Located(value, at: node.span), rule)
  }

  private mutating func checked(_ text: Located<String>, _ rule: TextRule) -> Located<String>? {
    guard !text.value.utf8.contains(0), rule.accepts(text.value) else {
      let guess = Suggestion.closest(to: text.value, among: rule.choices)
      let written = Printable.text(text.value)
      diagnostics.append(
        Diagnostic(
          id: "invalid-value", "'\(keyName)' must be \(rule.expected), not '\(written)'",
          at: text.span, replacement: guess.map { "\"\($0)\"" }))
      return nil
    }
    return text
  }

  private mutating func number(
    _ node: TOMLNode, _ value: Double, _ type: ValueType, isRight: Bool
  ) -> ConfigurationValue? {
    guard isRight else {
      let written = Printable.text(node.span.file.text(in: node.span.range))
      report(
        "invalid-value", "'\(keyName)' must be \(type.expected), not \(written)", at: node.span)
      return nil
    }
    return .number(Located(value, at: node.span))
  }

  /// A text, or a number or boolean as it was written (`11.80` stays `11.80`).
  private mutating func scalarText(_ node: TOMLNode) -> Located<String>? {
    switch node.content {
    case .string: text(node, .any)
    case .integer, .number, .boolean:
      Located(node.span.file.text(in: node.span.range), at: node.span)
    default: nil
    }
  }

  private mutating func assignment(_ node: TOMLNode) -> Located<Assignment>? {
    guard let text = text(node, .any) else { return nil }
    guard let assignment = Assignment(text.value) else {
      // The text is not shown: it may be a value whose name was forgotten.
      report(
        "invalid-value", "'\(keyName)' needs a name and a value: \"NAME=value\"", at: node.span)
      return nil
    }
    return Located(assignment, at: node.span)
  }

  private mutating func assignment(_ entry: TOMLEntry) -> Located<Assignment>? {
    guard Assignment.isName(entry.key) else {
      report(
        "invalid-value", "'\(Printable.text(entry.key))' cannot be a name in '\(keyName)'",
        at: entry.keySpan)
      return nil
    }
    guard let value = scalarText(entry.node) else {
      wrongType(entry.node, expected: "a string, a number or a boolean")
      return nil
    }
    return Located(Assignment(name: entry.key, value: value.value), at: entry.node.span)
  }

  private mutating func input(_ node: TOMLNode) -> Located<RunInput>? {
    guard case .table(let entries) = node.content else {
      return text(node, .path)?.map { RunInput(path: $0) }
    }
    var path: String?
    var check = RunInput.Check.content
    for entry in entries {
      switch entry.key {
      case "path": path = text(entry.node, .path)?.value ?? path
      case "check":
        check = text(entry.node, .inputCheck).flatMap { .init(rawValue: $0.value) } ?? check
      default:
        report(
          "unknown-key", "unknown key '\(Printable.text(entry.key))' in '\(keyName)'",
          at: entry.keySpan, help: "an input has 'path' and 'check'")
      }
    }
    guard let path else {
      let isGiven = entries.contains { $0.key == "path" }
      if !isGiven { report("missing-key", "an input needs a 'path'", at: node.span) }
      return nil
    }
    return Located(RunInput(path: path, check: check), at: node.span)
  }

  private mutating func wrongType(_ node: TOMLNode, expected: String) {
    var replacement: String?
    if case .string(let value) = node.content {
      if expected.hasPrefix("an array") {
        replacement = "[\(node.span.file.text(in: node.span.range))]"
      }
      if ["true", "false"].contains(value), expected == ValueType.flag.expected {
        replacement = value
      }
    }
    report(
      "wrong-type", "'\(keyName)' must be \(expected), not \(node.kind)", at: node.span,
      replacement: replacement)
  }

  private mutating func report(
    _ id: String, _ message: String, at span: SourceSpan, replacement: String? = nil,
    help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(id: id, message, at: span, replacement: replacement, help: help))
  }
}

extension TextRule {
  static let inputCheck = TextRule.choice("content", "stat", "listing")
}

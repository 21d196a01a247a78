/// One pattern of an ignore file, understood.
///
/// Source: behaviour of moby's `patternmatcher`. It takes some patterns as plain text and turns the
/// others into regular expressions, so that brackets and backslashes mean what they mean there.
struct IgnorePattern: Sendable, Equatable {
  enum Form: Sendable, Equatable {
    /// The whole path.
    case exact([UInt8])
    /// What the path begins with: `a/**`.
    case prefix([UInt8])
    /// What the path ends with: `**/a`; with a leading slash it is also the whole path without it.
    case suffix([UInt8])
    case expression(PathExpression)
  }

  let form: Form
  let isException: Bool

  /// - Parameter text: As it stands in the ignore file, or in its clean form.
  /// - Returns: nil when there is nothing in it.
  init?(_ text: [UInt8]) throws(IgnoreError) {
    let trimmed = Scalars.trimming(text[...])
    guard !trimmed.isEmpty else { return nil }
    var clean = CleanPath.clean(Array(trimmed))
    isException = clean.first == UInt8(ascii: "!")
    if isException { clean.removeFirst() }
    guard !clean.isEmpty, let form = Self.form(of: clean) else {
      throw .invalidPattern(String(decoding: trimmed, as: UTF8.self), range: nil)
    }
    self.form = form
  }

  private static func form(of clean: [UInt8]) -> Form? {
    let scalars = Array(String(decoding: clean, as: UTF8.self).unicodeScalars)
    guard GlobSyntax.isValid(scalars) else { return nil }
    var translation = PatternTranslation()
    translation.translate(scalars)
    switch translation.kind {
    case .exact: return .exact(clean)
    case .prefix: return .prefix(Array(clean.dropLast(2)))
    case .suffix: return .suffix(Array(clean.dropFirst(2)))
    case .expression:
      var parser = ExpressionParser(translation.expression)
      return parser.parse().map { .expression(PathExpression($0)) }
    }
  }
}

/// Turns a pattern into the reference's regular expression, and notes whether it needs one.
struct PatternTranslation {
  enum Kind { case exact, prefix, suffix, expression }

  private(set) var kind = Kind.exact
  private(set) var expression: [Unicode.Scalar] = []

  mutating func translate(_ pattern: [Unicode.Scalar]) {
    var position = 0
    while position < pattern.count {
      let start = position
      let scalar = pattern[position]
      position += 1
      switch scalar {
      case "*" where position < pattern.count && pattern[position] == "*":
        position += 1
        if position < pattern.count, pattern[position] == "/" { position += 1 }
        addDoubleStar(isFirst: start == 0, isLast: position == pattern.count)
      case "*": need("[^/]*")
      case "?": need("[^/]")
      case "[", "]": need(String(scalar))
      case "\\":
        guard position < pattern.count else { continue }
        need("\\\(pattern[position])")
        position += 1
      case ".", "+", "(", ")", "|", "{", "}", "$": expression += ["\\", scalar]
      default: expression.append(scalar)
      }
    }
  }

  private mutating func need(_ text: String) {
    expression += Array(text.unicodeScalars)
    kind = .expression
  }

  private mutating func addDoubleStar(isFirst: Bool, isLast: Bool) {
    if !isLast {
      need("(.*/)?")
    } else if kind == .exact {
      kind = .prefix
    } else {
      need(".*")
    }
    if isFirst { kind = .suffix }
  }
}

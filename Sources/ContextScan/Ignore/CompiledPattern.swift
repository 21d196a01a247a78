/// A pattern in the form that is fast to try: numbers only, its texts lie in the rules' one buffer.
struct CompiledPattern: Sendable {
  enum Kind: UInt8, Sendable {
    /// `a/b`: the whole path is `head`.
    case exact
    /// `a/**`: the path begins with `head`.
    case prefix
    /// `**a`: the path ends with `tail`.
    case suffix
    /// `**/a`: the path is `tail`, or ends with it behind a slash.
    case name
    /// `a/*.b`: the path is `head`, anything without a slash, `tail`.
    case star
    /// `**/*.b`: the path ends with `tail`, which has no slash.
    case fileSuffix
    case expression
  }

  let kind: Kind
  let isException: Bool
  /// In the buffer.
  let head: Range<Int>
  let tail: Range<Int>
  /// Which of the expressions, where there is one.
  let expression: Int
}

/// Builds the buffer and the patterns that refer to it.
struct PatternCompiler {
  private(set) var patterns: [CompiledPattern] = []
  private(set) var texts: [UInt8] = []
  private(set) var expressions: [PathExpression] = []

  mutating func add(_ pattern: IgnorePattern) {
    let slash = UInt8(ascii: "/")
    switch pattern.form {
    case .exact(let text): add(.exact, pattern, head: text)
    case .prefix(let text): add(.prefix, pattern, head: text)
    case .suffix(let text) where text.first == slash:
      add(.name, pattern, tail: Array(text.dropFirst()))
    case .suffix(let text): add(.suffix, pattern, tail: text)
    case .expression(let expression): add(expression, pattern)
    }
  }

  private mutating func add(_ expression: PathExpression, _ pattern: IgnorePattern) {
    let others = expression.items.filter { $0.scalar == nil }
    let isText =
      Self.count(expression, in: expression.prefix)
      && (expression.items.last?.scalar == nil || !expression.suffix.isEmpty)
    let (head, tail) = (expression.prefix, expression.suffix)
    switch others {
    case [.many(.notSlash)] where isText:
      add(.star, pattern, head: head, tail: tail, expression: expression)
    case [.directories, .many(.notSlash)]
    where isText && expression.items.prefix(2) == others[...] && !tail.contains(UInt8(ascii: "/")):
      add(.fileSuffix, pattern, tail: tail, expression: expression)
    default: add(.expression, pattern, head: head, tail: tail, expression: expression)
    }
  }

  /// Whether the text at the front is all there, and not left out because it is no UTF-8.
  private static func count(_ expression: PathExpression, in prefix: [UInt8]) -> Bool {
    expression.items.first?.scalar == nil || !prefix.isEmpty
  }

  private mutating func add(
    _ kind: CompiledPattern.Kind, _ pattern: IgnorePattern, head: [UInt8] = [],
    tail: [UInt8] = [], expression: PathExpression? = nil
  ) {
    let start = texts.count
    texts += head
    texts += tail
    if let expression { expressions.append(expression) }
    patterns.append(
      CompiledPattern(
        kind: kind, isException: pattern.isException, head: start..<start + head.count,
        tail: start + head.count..<texts.count, expression: expressions.count - 1))
  }
}

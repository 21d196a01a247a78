/// Expands variables and removes quotes, as the reference's shell lexer does.
///
/// `$x ${x}`, `${x:-w} ${x-w}` (w when unset; with the colon also when empty), `${x:+w} ${x+w}` (w
/// when set), `${x:?m} ${x?m}` (an error when unset), `${x#p} ${x##p} ${x%p} ${x%%p}` (without the
/// shortest or longest match of p at its start or end), `${x/p/r} ${x//p/r}` (the first or every
/// match of p replaced). Patterns know `*`, `?` and the backslash. No commands, no arithmetic.
///
/// Source: BuildKit's `frontend/dockerfile/shell`.
package struct WordExpansion: Sendable {
  package struct Options: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Quotes are understood and left in place.
    package static let keepsQuotes = Options(rawValue: 1)
    /// Escape characters are understood and left in place.
    package static let keepsEscapes = Options(rawValue: 2)
    /// A variable that is not set stays as it is written.
    package static let keepsUnset = Options(rawValue: 4)
    /// Quotes are characters like any other: for the text of a heredoc.
    package static let ignoresQuotes = Options(rawValue: 8)
  }

  /// What came out, and what it depended on.
  package struct Outcome<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value
    /// The variables that were looked up and found, each once, in order.
    package let found: [String]
    /// The variables that were looked up and are not set, each once, in order.
    package let missing: [String]
  }

  package typealias Lookup = (String) -> String?

  private let escape: Unicode.Scalar
  private let options: Options

  /// - Parameter escape: The Dockerfile's escape character.
  package init(escape: Unicode.Scalar = "\\", options: Options = []) {
    self.escape = escape
    self.options = options
  }

  /// Expands a text to one word; white space stays as it is.
  ///
  /// - Parameter lookup: A variable's value; nil when it is not set.
  /// - Throws: ``ExpansionError``
  package func word(
    _ text: String, lookup: @escaping Lookup
  ) throws(ExpansionError) -> Outcome<String> {
    var lexer = ShellLexer(text, escape: escape, options: options, lookup: lookup)
    let result = try lexer.lex()
    return Outcome(
      value: String(result.text), found: lexer.found.names, missing: lexer.missing.names)
  }

  /// Expands a text and splits it at white space, also at that which variables bring in; quoted
  /// white space does not split.
  package func words(
    _ text: String, lookup: @escaping Lookup
  ) throws(ExpansionError) -> Outcome<[String]> {
    var lexer = ShellLexer(text, escape: escape, options: options, lookup: lookup)
    let result = try lexer.lex()
    return Outcome(
      value: result.words, found: lexer.found.names, missing: lexer.missing.names)
  }
}

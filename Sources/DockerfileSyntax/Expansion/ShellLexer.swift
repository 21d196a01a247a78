/// Walks over one text and expands it. A value for one use.
struct ShellLexer {
  typealias Text = String.UnicodeScalarView

  /// Substitutions in substitutions go no deeper.
  private static let depthLimit = 64

  private let input: [Unicode.Scalar]
  private var position = 0
  private let escape: Unicode.Scalar
  let options: WordExpansion.Options
  private let lookup: WordExpansion.Lookup
  private var keepsEscapes: Bool
  private var depth = 0
  /// The word being made. The words inside `${…}` share it, and so cut off what stands before them:
  /// `a${x:-b}` splits into `b`. That is what the reference does.
  private var word = Text()
  private(set) var found = NameList()
  private(set) var missing = NameList()

  init(
    _ text: String, escape: Unicode.Scalar, options: WordExpansion.Options,
    lookup: @escaping WordExpansion.Lookup
  ) {
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    input = scalars
    self.escape = escape
    self.options = options
    self.lookup = lookup
    keepsEscapes = options.contains(.keepsEscapes)
  }

  mutating func lex() throws(ExpansionError) -> (text: Text, words: [String]) {
    try lex(until: nil)
  }

  var peek: Unicode.Scalar? { position < input.count ? input[position] : nil }

  mutating func next() -> Unicode.Scalar? {
    defer { position += 1 }
    return peek
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  mutating func value(of name: String) -> String? {
    guard let value = lookup(name) else {
      missing.insert(name)
      return nil
    }
    found.insert(name)
    return value
  }

  /// A part of a substitution, up to `stop`, which is taken too.
  mutating func part(
    until stop: Unicode.Scalar, keepsEscapes: Bool
  ) throws(ExpansionError) -> Text {
    let outer = self.keepsEscapes
    self.keepsEscapes = keepsEscapes
    depth += 1
    guard depth <= Self.depthLimit else { throw .tooComplex }
    let result = try lex(until: stop).text
    depth -= 1
    self.keepsEscapes = outer
    return result
  }

  private mutating func lex(
    until stop: Unicode.Scalar?
  ) throws(ExpansionError) -> (text: Text, words: [String]) {
    var text = Text()
    var splitter = WordSplitter()
    word = Text()
    while let scalar = peek {
      if scalar == stop {
        position += 1
        return (text, splitter.finish(&word))
      }
      switch scalar {
      case "$":
        let value = try substitution()
        text += value
        for scalar in value { splitter.add(scalar, to: &word) }
      case "<":
        let arrows = heredocArrows()
        text += arrows
        splitter.addUnsplit(arrows, to: &word)
      case "'" where !options.contains(.ignoresQuotes):
        let quoted = try singleQuoted()
        text += quoted
        splitter.addUnsplit(quoted, to: &word)
      case "\"" where !options.contains(.ignoresQuotes):
        let quoted = try doubleQuoted()
        text += quoted
        splitter.addUnsplit(quoted, to: &word)
      case escape: escaped(&text, &splitter)
      default:
        position += 1
        text.append(scalar)
        splitter.add(scalar, to: &word)
      }
    }
    if let stop { throw stop == "/" ? .missingSlash : .unclosedBrace }
    return (text, splitter.finish(&word))
  }

  /// Whatever follows the escape character stands for itself.
  private mutating func escaped(_ text: inout Text, _ splitter: inout WordSplitter) {
    position += 1
    if keepsEscapes {
      text.append(escape)
      splitter.addUnsplit([escape], to: &word)
    }
    guard let scalar = next() else { return }
    text.append(scalar)
    splitter.addUnsplit([scalar], to: &word)
  }

  /// White space between `<<` and the name belongs to the word.
  private mutating func heredocArrows() -> Text {
    position += 1
    guard take("<") else { return Text(["<"]) }
    var text = Text(["<", "<"])
    while let scalar = peek, scalar == " " || scalar == "\t" || scalar == "\r" {
      position += 1
      text.append(scalar)
    }
    return text
  }

  private mutating func singleQuoted() throws(ExpansionError) -> Text {
    position += 1
    var text = Text()
    if options.contains(.keepsQuotes) { text.append("'") }
    while let scalar = next() {
      if scalar == "'" {
        if options.contains(.keepsQuotes) { text.append("'") }
        return text
      }
      text.append(scalar)
    }
    throw .unbalancedQuote("'")
  }

  private mutating func doubleQuoted() throws(ExpansionError) -> Text {
    position += 1
    var text = Text()
    if options.contains(.keepsQuotes) { text.append("\"") }
    while let scalar = peek {
      switch scalar {
      case "\"":
        position += 1
        if options.contains(.keepsQuotes) { text.append("\"") }
        return text
      case "$": text += try substitution()
      case escape: escapedInQuotes(&text)
      default:
        position += 1
        text.append(scalar)
      }
    }
    throw .unbalancedQuote("\"")
  }

  /// Only a quote, a dollar sign and the escape character itself can be escaped here.
  private mutating func escapedInQuotes(_ text: inout Text) {
    position += 1
    if keepsEscapes { text.append(escape) }
    guard let scalar = peek else { return }
    if scalar == "\"" || scalar == "$" || scalar == escape {
      position += 1
      text.append(scalar)
    } else {
      text.append(escape)
    }
  }
}

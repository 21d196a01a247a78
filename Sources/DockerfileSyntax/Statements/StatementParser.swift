import Diagnostics

/// Cuts one logical line into keyword, flags and arguments, each keyword by its own rule.
///
/// Source: behaviour of BuildKit's `frontend/dockerfile/parser`.
struct StatementParser {
  /// ONBUILD in ONBUILD in … goes no deeper.
  private static let depthLimit = 64

  let source: SourceFile
  let line: LogicalLine
  let escape: UInt8
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceFile, line: LogicalLine, escape: UInt8) {
    self.source = source
    self.line = line
    self.escape = escape
  }

  mutating func parse(lines: ClosedRange<Int>) -> Statement {
    parse(line.range, lines: lines, depth: 0)
  }

  private mutating func parse(
    _ range: Range<Int>, lines: ClosedRange<Int>, depth: Int
  ) -> Statement {
    let before = diagnostics.count
    let whole = Whitespace.trimming(line.bytes, range)
    var end = whole.lowerBound
    while end < whole.upperBound, !Whitespace.isSeparator(line.bytes[end]) { end += 1 }
    let keyword = line.word(whole.lowerBound..<end)
    var rest = end
    while rest < whole.upperBound, Whitespace.isSeparator(line.bytes[rest]) { rest += 1 }
    var flags = FlagScanner(line, rest..<whole.upperBound, escape: escape)
    let tail = Whitespace.trimming(line.bytes, flags.scan())
    let arguments = self.arguments(of: keyword, tail, lines: lines, depth: depth)
    return Statement(
      keyword: keyword, flags: flags.flags, arguments: arguments, original: line.text(range),
      range: line.sourceRange(of: whole), lines: lines, isBroken: diagnostics.count > before)
  }

  private mutating func arguments(
    of keyword: Word, _ range: Range<Int>, lines: ClosedRange<Int>, depth: Int
  ) -> Statement.Arguments {
    switch keyword.text.lowercased() {
    case "run", "cmd", "entrypoint", "shell": maybeJSON(range) ?? text(range)
    case "copy", "add", "volume": maybeJSON(range) ?? separated(range)
    case "from", "expose": separated(range)
    case "arg": quotedWords(range)
    case "env", "label": assignments(keyword, range)
    case "workdir", "user", "stopsignal", "maintainer": text(range)
    case "healthcheck": typed(range)
    case "onbuild": inner(keyword, range, lines: lines, depth: depth)
    default: .unknown
    }
  }

  private mutating func report(
    _ id: String, _ message: String, at range: Range<Int>, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(id: id, message, at: SourceSpan(file: source, range: range), help: help))
  }

  // MARK: - Forms of arguments

  private func text(_ range: Range<Int>) -> Statement.Arguments {
    range.isEmpty ? .none : .text(line.word(range))
  }

  /// - Returns: nil when the arguments are in the other form.
  private mutating func maybeJSON(_ range: Range<Int>) -> Statement.Arguments? {
    switch JSONStringArray.read(line, range) {
    case .strings(let words): return .json(words)
    case .notJSON: return nil
    case .notStrings(let place):
      report(
        "json-not-strings", "the exec form takes strings only", at: place,
        help: "put every element in double quotes")
      return .json([])
    }
  }

  private func separated(_ range: Range<Int>) -> Statement.Arguments {
    guard !range.isEmpty else { return .none }
    var words: [Word] = []
    var start = range.lowerBound
    for index in range where Whitespace.isSeparator(line.bytes[index]) {
      if start < index { words.append(line.word(start..<index)) }
      start = index + 1
    }
    if start < range.upperBound { words.append(line.word(start..<range.upperBound)) }
    return .words(words)
  }

  private func quotedWords(_ range: Range<Int>) -> Statement.Arguments {
    var scanner = WordScanner(line, range, escape: escape)
    let words = scanner.scan().map { line.word($0.text, from: $0.range) }
    return words.isEmpty ? .none : .words(words)
  }

  private mutating func typed(_ range: Range<Int>) -> Statement.Arguments {
    guard !range.isEmpty else { return .none }
    var end = range.lowerBound
    while end < range.upperBound,
      Whitespace.length(in: line.bytes, at: end, end: range.upperBound) == 0
    {
      end += 1
    }
    let rest = Whitespace.trimmingStart(line.bytes, end..<range.upperBound)
    let command = maybeJSON(rest) ?? text(rest)
    return .typed(line.word(range.lowerBound..<end), command)
  }

  private mutating func inner(
    _ keyword: Word, _ range: Range<Int>, lines: ClosedRange<Int>, depth: Int
  ) -> Statement.Arguments {
    guard !range.isEmpty else { return .none }
    guard depth < Self.depthLimit else {
      report("onbuild-trigger", "ONBUILD is nested too deeply", at: keyword.range)
      return .none
    }
    return .statement(parse(range, lines: lines, depth: depth + 1))
  }
}

// MARK: - ENV and LABEL

extension StatementParser {
  /// The first word decides: with `=` in it, all are `NAME=VALUE`; without, the rest of the line is
  /// the one value.
  private mutating func assignments(_ keyword: Word, _ range: Range<Int>) -> Statement.Arguments {
    var scanner = WordScanner(line, range, escape: escape)
    let words = scanner.scan()
    guard let first = words.first else { return .none }
    guard first.text.contains(UInt8(ascii: "=")) else { return oldForm(keyword, range) }
    var result: [Assignment] = []
    for word in words {
      guard let equals = word.text.firstIndex(of: UInt8(ascii: "=")) else {
        report(
          "missing-equals",
          "'\(String(decoding: word.text, as: UTF8.self))' is not of the form NAME=VALUE",
          at: line.sourceRange(of: word.range), help: "write NAME=VALUE; quote spaces in the value")
        continue
      }
      result.append(assignment(word, equals))
    }
    return .assignments(result)
  }

  private func assignment(
    _ word: (text: [UInt8], range: Range<Int>), _ equals: Int
  ) -> Assignment {
    // The scanner keeps every byte but a last escape, so the same offset holds in the line.
    let split = word.range.lowerBound + equals
    return Assignment(
      name: line.word(word.range.lowerBound..<split),
      value: line.word(Array(word.text[(equals + 1)...]), from: split + 1..<word.range.upperBound),
      isOldForm: false)
  }

  private mutating func oldForm(_ keyword: Word, _ range: Range<Int>) -> Statement.Arguments {
    let bytes = line.bytes
    guard let gap = range.first(where: { Whitespace.isSeparator(bytes[$0]) }) else {
      report(
        "missing-value", "\(keyword.text.uppercased()) needs a name and a value",
        at: line.sourceRange(of: range), help: "write \(keyword.text.uppercased()) NAME=VALUE")
      return .none
    }
    var start = gap
    while start < range.upperBound, Whitespace.isSeparator(bytes[start]) { start += 1 }
    return .assignments([
      Assignment(
        name: line.word(range.lowerBound..<gap), value: line.word(start..<range.upperBound),
        isOldForm: true)
    ])
  }
}

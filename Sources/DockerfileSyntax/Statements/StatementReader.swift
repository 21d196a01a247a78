import Diagnostics

/// Reads a whole source into statements: comments, continuations, heredocs.
///
/// Source: behaviour of BuildKit's `frontend/dockerfile/parser`, `Parse`.
struct StatementReader {
  let source: SourceFile
  private(set) var statements: [Statement] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var lines: LineReader
  private var directives = DirectiveReader()

  init(_ source: SourceFile) {
    self.source = source
    lines = LineReader(source.bytes)
  }

  var parserDirectives: ParserDirectives { directives.directives }

  mutating func read() {
    while let line = nextLine() {
      let content = Whitespace.trimmingStart(source.bytes, line.content)
      if let problem = directives.read(source, content) { diagnostics.append(problem) }
      if content.isEmpty || isComment(content) { continue }
      let logical = readLogicalLine(from: line, content)
      readStatement(logical, from: line.number)
    }
    if statements.isEmpty {
      diagnostics.append(
        Diagnostic(
          id: "empty-dockerfile", "the file has no instructions",
          at: SourceSpan(file: source, range: 0..<0), help: "start with 'FROM <image>'"))
    }
  }

  private mutating func nextLine() -> LineReader.Line? {
    guard let line = lines.next() else { return nil }
    if lines.isTooLong(line) {
      report(
        "line-too-long", "the line is longer than \(LineReader.lengthLimit) bytes",
        at: line.range.lowerBound..<line.range.lowerBound,
        help: "continue it on further lines, or copy the data from a file")
    }
    return line
  }

  private mutating func report(
    _ id: String, _ message: String, severity: Diagnostic.Severity = .error, at range: Range<Int>,
    help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(severity, id: id, message, at: SourceSpan(file: source, range: range), help: help))
  }

  // MARK: - Continuations

  /// Comments and blank lines between continued lines do not end the instruction.
  private mutating func readLogicalLine(
    from line: LineReader.Line, _ content: Range<Int>
  ) -> LogicalLine {
    var logical = LogicalLine()
    var isOpen = append(content, to: &logical)
    var blank: Range<Int>?
    while isOpen, let next = nextLine() {
      let visible = Whitespace.trimmingStart(source.bytes, next.content)
      if isComment(visible) { continue }
      if visible.isEmpty {
        blank = blank ?? next.content
        continue
      }
      isOpen = append(next.content, to: &logical)
    }
    if let blank {
      report(
        "empty-continuation", "an empty line inside a continued instruction", severity: .warning,
        at: blank, help: "remove the line, or the escape character that ends the one above it")
    }
    return logical
  }

  /// - Returns: The line goes on: it ends in one escape character, blanks behind it do not count.
  private func append(_ content: Range<Int>, to logical: inout LogicalLine) -> Bool {
    let bytes = source.bytes
    let escape = parserDirectives.escapeByte
    var end = content.upperBound
    while end > content.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    let continues =
      end > content.lowerBound && bytes[end - 1] == escape
      && (end - 1 == content.lowerBound || bytes[end - 2] != escape)
    logical.append(bytes, content.lowerBound..<(continues ? end - 1 : content.upperBound))
    return continues
  }

  private func isComment(_ visible: Range<Int>) -> Bool {
    visible.first.map { source.bytes[$0] == UInt8(ascii: "#") } ?? false
  }

  // MARK: - Statements and their heredocs

  private mutating func readStatement(_ logical: LogicalLine, from first: Int) {
    var parser = StatementParser(
      source: source, line: logical, escape: parserDirectives.escapeByte)
    var statement = parser.parse(lines: first...max(first, lines.number))
    diagnostics += parser.diagnostics
    if statement.canHaveHeredocs {
      for marker in HeredocMarker.all(in: logical) {
        guard let heredoc = readHeredoc(marker) else {
          statement.isBroken = true
          break
        }
        statement.heredocs.append(heredoc)
      }
      statement.lines = first...max(first, lines.number)
    }
    statements.append(statement)
  }

  /// - Returns: nil, and a diagnostic, when the end of the file comes first.
  private mutating func readHeredoc(_ marker: HeredocMarker) -> Heredoc? {
    let start = lines.offset
    while let line = nextLine() {
      var content = source.bytes[line.content]
      if marker.stripsTabs { content = content.drop { $0 == UInt8(ascii: "\t") } }
      guard content.elementsEqual(marker.name.utf8) else { continue }
      let range = start..<line.range.lowerBound
      return Heredoc(
        name: marker.name, markerRange: marker.range, fileDescriptor: marker.fileDescriptor,
        expands: marker.expands, stripsTabs: marker.stripsTabs, content: source.text(in: range),
        contentRange: range)
    }
    report(
      "unterminated-heredoc", "the heredoc '\(marker.name)' does not end", at: marker.range,
      help: "put '\(marker.name)' alone on a line behind its text")
    return nil
  }
}

import Diagnostics

/// Gives statements their meaning. Each instruction is judged by itself.
///
/// Source: behaviour of BuildKit's `frontend/dockerfile/instructions`.
struct InstructionParser {
  let source: SourceFile
  let escape: Unicode.Scalar
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceFile, escape: Unicode.Scalar) {
    self.source = source
    self.escape = escape
  }

  /// - Returns: nil, and diagnostics, when the statement is no valid instruction.
  mutating func parse(_ statement: Statement) -> Instruction? {
    let before = errorCount
    guard let name = InstructionName(rawValue: statement.keyword.text.lowercased()) else {
      reportUnknown(statement.keyword)
      return nil
    }
    guard let kind = kind(of: statement, name), errorCount == before else { return nil }
    let bytes = Array(statement.original.utf8)
    let trimmed = Whitespace.trimming(bytes, bytes.indices)
    return Instruction(
      kind: kind, keyword: statement.keyword, range: statement.range, lines: statement.lines,
      text: String(decoding: bytes[trimmed], as: UTF8.self))
  }

  private var errorCount: Int { diagnostics.count { $0.severity == .error } }

  private mutating func kind(
    of statement: Statement, _ name: InstructionName
  ) -> Instruction.Kind? {
    switch name {
    case .from: from(statement)
    case .arg: arg(statement)
    case .run: run(statement)
    case .copy: copy(statement)
    case .add: add(statement)
    case .env: assignments(statement, name).map { .env($0) }
    case .label: assignments(statement, name).map { .label($0) }
    case .workdir: single(statement, name).map { .workdir($0) }
    case .user: single(statement, name).map { .user($0) }
    case .maintainer: maintainer(statement)
    case .stopsignal: single(statement, name, takesFlags: true).map { .stopSignal($0) }
    case .expose: expose(statement)
    case .volume: volume(statement)
    case .cmd: plainCommand(statement).map { .cmd($0) }
    case .entrypoint: plainCommand(statement).map { .entrypoint($0) }
    case .shell: shell(statement)
    case .healthcheck: healthcheck(statement)
    case .onbuild: onbuild(statement)
    }
  }

  // MARK: - For all of them

  mutating func report(
    _ id: String, _ message: String, severity: Diagnostic.Severity = .error, at range: Range<Int>,
    replacement: String? = nil, help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(
        severity, id: id, message, at: SourceSpan(file: source, range: range),
        replacement: replacement, help: help))
  }

  /// Reports an error.
  ///
  /// - Returns: nil, which stands for what could not be made.
  mutating func refuse<T>(
    _ id: String, _ message: String, at range: Range<Int>, help: String? = nil
  ) -> T? {
    report(id, message, at: range, help: help)
    return nil
  }

  mutating func flags(
    _ statement: Statement, _ known: [String: FlagSet.Kind] = [:]
  ) -> FlagSet {
    let flags = FlagSet(statement.flags, known: known, source: source)
    diagnostics += flags.diagnostics
    return flags
  }

  mutating func missingArguments<T>(_ statement: Statement, _ form: String) -> T? {
    let keyword = statement.keyword.text.uppercased()
    return refuse(
      "missing-argument", "\(keyword) needs more arguments", at: statement.keyword.range,
      help: "write '\(form)'")
  }

  private mutating func reportUnknown(_ keyword: Word) {
    let names = InstructionName.allCases.map(\.keyword)
    let suggestion = Suggestion.closest(to: keyword.text, among: names)
    let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
    report(
      "unknown-instruction", "there is no instruction '\(keyword.text)'\(hint)", at: keyword.range,
      replacement: suggestion,
      help: suggestion == nil
        ? "known are \(names.joined(separator: ", ")); does the line above end in '\(escape)'?"
        : nil)
  }

  // MARK: - Those of one form

  private mutating func single(
    _ statement: Statement, _ name: InstructionName, takesFlags: Bool = false
  ) -> Word? {
    if !takesFlags { _ = flags(statement) }
    guard case .text(let word) = statement.arguments else {
      return missingArguments(statement, "\(name.keyword) VALUE")
    }
    return word
  }

  private mutating func maintainer(_ statement: Statement) -> Instruction.Kind? {
    report(
      "maintainer-deprecated", "MAINTAINER is deprecated", severity: .warning,
      at: statement.keyword.range,
      help: "write 'LABEL org.opencontainers.image.authors=…'")
    return single(statement, .maintainer).map { .maintainer($0) }
  }

  private mutating func assignments(
    _ statement: Statement, _ name: InstructionName
  ) -> [Assignment]? {
    _ = flags(statement)
    guard case .assignments(let assignments) = statement.arguments else {
      return missingArguments(statement, "\(name.keyword) NAME=VALUE")
    }
    for assignment in assignments where assignment.name.text.isEmpty {
      report(
        "empty-name", "a name of \(name.keyword) is empty", at: assignment.name.range,
        help: "write NAME=VALUE")
    }
    return assignments
  }

  private mutating func expose(_ statement: Statement) -> Instruction.Kind? {
    _ = flags(statement)
    guard case .words(let ports) = statement.arguments else {
      return missingArguments(statement, "EXPOSE PORT")
    }
    return .expose(ports)
  }

  private mutating func volume(_ statement: Statement) -> Instruction.Kind? {
    _ = flags(statement)
    let paths: [Word]
    switch statement.arguments {
    case .words(let words), .json(let words): paths = words
    default: paths = []
    }
    guard !paths.isEmpty else { return missingArguments(statement, "VOLUME PATH") }
    let trimmed = paths.map { path in
      let bytes = Array(path.text.utf8)
      let range = Whitespace.trimming(bytes, bytes.indices)
      return Word(String(decoding: bytes[range], as: UTF8.self), at: path.range)
    }
    for path in trimmed where path.text.isEmpty {
      report("empty-path", "a path of VOLUME is empty", at: path.range)
    }
    return .volume(trimmed)
  }

  private mutating func shell(_ statement: Statement) -> Instruction.Kind? {
    _ = flags(statement)
    switch statement.arguments {
    case .json(let words) where !words.isEmpty: return .shell(words)
    case .text(let word):
      return refuse(
        "shell-not-json", "SHELL takes a JSON array only", at: word.range,
        help: "write 'SHELL [\"/bin/sh\", \"-c\"]'")
    default: return missingArguments(statement, "SHELL [\"/bin/sh\", \"-c\"]")
    }
  }
}

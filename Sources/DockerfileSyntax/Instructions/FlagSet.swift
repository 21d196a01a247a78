import Diagnostics

/// The flags of one instruction, checked against those that it knows.
struct FlagSet {
  enum Kind {
    /// `--link`, `--link=true`, `--link=false`.
    case boolean
    case single
    /// May be given several times.
    case repeated
  }

  private var values: [String: [Word]] = [:]
  private var switches: [String: Bool] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(
    _ flags: [Word], known: [String: Kind], source: SourceFile
  ) {
    for flag in flags {
      if let problem = add(flag, known: known, source: source) { diagnostics.append(problem) }
    }
  }

  func value(_ name: String) -> Word? { values[name]?.first }
  func values(_ name: String) -> [Word] { values[name] ?? [] }
  func isSet(_ name: String) -> Bool { switches[name] ?? false }
  /// nil when the flag is not given.
  func choice(_ name: String) -> Bool? { switches[name] }

  private mutating func add(
    _ flag: Word, known: [String: Kind], source: SourceFile
  ) -> Diagnostic? {
    let (name, value) = Self.split(flag, source)
    func problem(_ id: String, _ message: String, help: String? = nil) -> Diagnostic {
      Diagnostic(id: id, message, at: SourceSpan(file: source, range: name.range), help: help)
    }
    guard let kind = known[name.text] else { return Self.unknown(name, known, source) }
    let isRepeated = switches[name.text] != nil || values[name.text] != nil
    if isRepeated, kind != .repeated {
      return problem("repeated-flag", "the flag '--\(name.text)' is given twice")
    }
    guard kind == .boolean else {
      guard let value else {
        return problem(
          "missing-flag-value", "the flag '--\(name.text)' needs a value",
          help: "write '--\(name.text)=…'")
      }
      values[name.text, default: []].append(value)
      return nil
    }
    switch value?.text.lowercased() {
    case nil, "true": switches[name.text] = true
    case "false": switches[name.text] = false
    case let text?:
      switches[name.text] = false
      return problem(
        "invalid-flag-value", "'\(text)' is no value for the flag '--\(name.text)'",
        help: "write '--\(name.text)' or '--\(name.text)=false'")
    }
    return nil
  }

  private static func unknown(
    _ name: Word, _ known: [String: Kind], _ source: SourceFile
  ) -> Diagnostic {
    let suggestion = Suggestion.closest(to: name.text, among: known.keys.sorted())
    let hint = suggestion.map { "; did you mean '--\($0)'?" } ?? ""
    let list = known.keys.sorted().map { "--\($0)" }.joined(separator: ", ")
    return Diagnostic(
      id: "unknown-flag", "there is no flag '--\(name.text)' here\(hint)",
      at: SourceSpan(file: source, range: name.range),
      replacement: suggestion.map { "--\($0)" },
      help: known.isEmpty ? "the instruction takes no flags" : "known are \(list)")
  }

  /// The name's range has the dashes with it.
  private static func split(_ flag: Word, _ source: SourceFile) -> (name: Word, value: Word?) {
    let (name, value) = flag.splitAtEquals(in: source).map { ($0.before, $0.behind) } ?? (flag, nil)
    return (Word(String(name.text.dropFirst(2)), at: name.range), value)
  }
}

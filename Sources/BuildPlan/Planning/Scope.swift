import Diagnostics
import DockerfileSyntax

/// The variables that an instruction sees, in the order in which they were first set.
struct Scope: Sendable {
  private(set) var names: [String] = []
  private var values: [String: String] = [:]

  init(_ pairs: [(name: String, value: String)] = []) {
    for pair in pairs { set(pair.name, pair.value) }
  }

  /// - Parameter environment: `NAME=value`, as images have it.
  init(environment: [String]) {
    for entry in environment {
      let sides = NamedValue(entry)
      set(sides?.name ?? entry, sides?.value ?? "")
    }
  }

  mutating func set(_ name: String, _ value: String) {
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
  }

  subscript(name: String) -> String? { values[name] }

  var pairs: [(name: String, value: String)] { names.map { ($0, values[$0] ?? "") } }

  var environment: [String] { pairs.map { "\($0.name)=\($0.value)" } }
}

/// Collects findings, and expands words with the place of what is wrong in them.
struct Findings {
  let source: SourceFile
  let escape: Unicode.Scalar
  private(set) var diagnostics: [Diagnostic] = []

  init(_ dockerfile: Dockerfile) {
    source = dockerfile.source
    escape = dockerfile.directives.escape
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  func span(_ range: Range<Int>) -> SourceSpan { SourceSpan(file: source, range: range) }

  mutating func error(
    _ id: String, _ message: String, at range: Range<Int>, replacement: String? = nil,
    help: String? = nil
  ) {
    add(Diagnostic(id: id, message, at: span(range), replacement: replacement, help: help))
  }

  /// - Returns: nil when the word cannot be expanded; that has been noted then.
  mutating func expand(
    _ word: Word, in scope: Scope, options: WordExpansion.Options = []
  ) -> String? {
    let expansion = WordExpansion(escape: escape, options: options)
    do throws(ExpansionError) {
      return try expansion.word(word.text) { scope[$0] }.value
    } catch {
      note(error, at: word.range)
      return nil
    }
  }

  mutating func expandWords(_ word: Word, in scope: Scope) -> [String] {
    do throws(ExpansionError) {
      return try WordExpansion(escape: escape).words(word.text) { scope[$0] }.value
    } catch {
      note(error, at: word.range)
      return []
    }
  }

  private mutating func note(_ error: ExpansionError, at range: Range<Int>) {
    let found = error.diagnostic
    add(Diagnostic(id: found.id, found.message, at: span(range), help: found.help))
  }
}

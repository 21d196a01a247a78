/// One finding, told as a good compiler tells it: where, what, and what to do.
package struct Diagnostic: Error, Sendable, Hashable {
  package enum Severity: String, Sendable {
    case error
    case warning
    case note
  }

  package let severity: Severity
  /// Stable, in kebab case, listed in `docs/errors.md`. Scripts may match it.
  package let id: String
  /// Lower case, no full stop, the thing in quotes.
  package let message: String
  package let span: SourceSpan?
  /// What the text at `span` should have been, when there is one likely answer.
  package let replacement: String?
  /// One line that says what to do next.
  package let help: String?

  package init(
    _ severity: Severity = .error, id: String, _ message: String, at span: SourceSpan? = nil,
    replacement: String? = nil, help: String? = nil
  ) {
    self.severity = severity
    self.id = id
    self.message = message
    self.span = span
    self.replacement = replacement
    self.help = help
  }
}

/// Several findings that together stopped the work; at least one is an error.
package struct DiagnosticList: Error, Sendable, Equatable {
  package let diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }
}

/// An error of one of the lower parts, which can say itself to a person.
///
/// Lower parts know no source positions: whoever knows the step adds them.
package protocol ReportableError: Error {
  var diagnostic: Diagnostic { get }
}

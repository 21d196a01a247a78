package import Diagnostics

/// A line of an ignore file that says nothing that could be matched.
package enum IgnoreError: Error, Equatable {
  /// - Parameter range: Where it stands in the ignore file, in bytes; nil for a built-in pattern.
  case invalidPattern(String, range: Range<Int>?)
}

extension IgnoreError: ReportableError {
  package var diagnostic: Diagnostic { diagnostic(in: nil) }

  /// - Parameter file: The ignore file that was parsed, to point at the line.
  package func diagnostic(in file: SourceFile?) -> Diagnostic {
    switch self {
    case .invalidPattern(let pattern, let range):
      let span = file.flatMap { file in range.map { SourceSpan(file: file, range: $0) } }
      return Diagnostic(
        id: "invalid-ignore-pattern", "'\(pattern)' is not a pattern", at: span,
        help: pattern == "!"
          ? "write a path behind '!'"
          : "close each '[' with a ']'; put '\\' before a character that is meant literally")
    }
  }
}

package import Diagnostics

/// What the lexer alone makes of a Dockerfile, in a form that another parser's can be compared with.
package struct SyntaxListing: Sendable {
  package struct Node: Sendable, Equatable {
    /// From 1, heredoc bodies among it.
    package let lines: ClosedRange<Int>
    package let heredocs: [Heredoc]
  }

  /// One S-expression a line, as in the reference's test files.
  package let dump: String
  package let nodes: [Node]
  /// The first error, which is where the reference stops.
  package let error: Diagnostic?

  package init(_ source: SourceFile) {
    var reader = StatementReader(source)
    reader.read()
    dump = StatementDump.text(of: reader.statements)
    nodes = reader.statements.map { Node(lines: $0.lines, heredocs: $0.heredocs) }
    error = reader.diagnostics.first { $0.severity == .error }
  }
}

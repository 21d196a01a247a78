package import Diagnostics

/// A parsed Dockerfile: what was understood of it, in order.
///
/// Nothing is expanded, resolved or checked against other instructions here.
package struct Dockerfile: Sendable, Hashable {
  package let source: SourceFile
  package let directives: ParserDirectives
  /// Those before the first FROM: build arguments that FROM lines can use.
  package let globalArguments: [Instruction]
  package let stages: [Stage]

  /// From one FROM to the next.
  package struct Stage: Sendable, Hashable {
    package let base: Instruction.From
    /// The FROM itself.
    package let start: Instruction
    package internal(set) var instructions: [Instruction]
  }

  /// Parses a Dockerfile as BuildKit's frontend does.
  ///
  /// - Returns: What was understood, and all findings in order of place; an instruction with an
  ///   error is left out of the Dockerfile. It must not be built when one of them is an error.
  package static func parse(_ source: SourceFile) -> (Dockerfile, [Diagnostic]) {
    var reader = StatementReader(source)
    reader.read()
    var parser = InstructionParser(source: source, escape: reader.parserDirectives.escape)
    var assembly = StageAssembly(source: source)
    for statement in reader.statements {
      if statement.isBroken {
        assembly.skip(statement)
      } else if let instruction = parser.parse(statement) {
        assembly.add(instruction)
      } else {
        assembly.skip(statement)
      }
    }
    let isEmpty = reader.statements.isEmpty
    let found =
      reader.diagnostics + parser.diagnostics + (isEmpty ? [] : assembly.finish())
    let dockerfile = Dockerfile(
      source: source, directives: reader.parserDirectives,
      globalArguments: assembly.globalArguments, stages: assembly.stages)
    return (dockerfile, sorted(found))
  }

  private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    func place(_ diagnostic: Diagnostic) -> Int { diagnostic.span?.range.lowerBound ?? 0 }
    return diagnostics.enumerated()
      .sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }
      .map(\.element)
  }
}

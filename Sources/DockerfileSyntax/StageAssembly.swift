import Diagnostics

/// Groups instructions into stages.
struct StageAssembly {
  let source: SourceFile
  private(set) var globalArguments: [Instruction] = []
  private(set) var stages: [Dockerfile.Stage] = []
  private var diagnostics: [Diagnostic] = []
  /// A FROM, or what may have been meant as one, was not understood: what follows it is not to be
  /// blamed.
  private var hasBrokenStage = false

  init(source: SourceFile) { self.source = source }

  mutating func add(_ instruction: Instruction) {
    switch instruction.kind {
    case .from(let base):
      hasBrokenStage = false
      stages.append(Dockerfile.Stage(base: base, start: instruction, instructions: []))
    case .arg where stages.isEmpty && !hasBrokenStage: globalArguments.append(instruction)
    default:
      if hasBrokenStage { return }
      guard !stages.isEmpty else {
        reportMissingStage(at: instruction.keyword)
        return
      }
      stages[stages.count - 1].instructions.append(instruction)
    }
  }

  /// Notes a statement that has been reported.
  mutating func skip(_ statement: Statement) {
    if stages.isEmpty || statement.keyword.text.lowercased() == "from" { hasBrokenStage = true }
  }

  func finish() -> [Diagnostic] {
    guard stages.isEmpty, !hasBrokenStage, diagnostics.isEmpty else { return diagnostics }
    return [
      Diagnostic(
        id: "missing-from", "the file has no FROM",
        at: SourceSpan(file: source, range: 0..<0), help: "start with 'FROM <image>'")
    ]
  }

  /// Only the first is worth telling.
  private mutating func reportMissingStage(at keyword: Word) {
    guard diagnostics.isEmpty else { return }
    diagnostics.append(
      Diagnostic(
        id: "missing-from", "'\(keyword.text)' stands before the first FROM",
        at: SourceSpan(file: source, range: keyword.range),
        help: "start with 'FROM <image>'; only ARG may stand before it"))
  }
}

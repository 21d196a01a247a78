import Diagnostics
import DockerfileSyntax
import OCI

/// The steps of all stages as they are planned. The same base is one step, whoever uses it.
struct StepList {
  let source: SourceFile
  private(set) var steps: [Step] = []
  private var bases: [BaseKey?: Step.ID] = [:]

  init(source: SourceFile) { self.source = source }

  mutating func base(_ key: BaseKey?, stage: String?, instruction: Instruction) -> Step.ID {
    if let known = bases[key] { return known }
    let text = "FROM " + (key?.reference.familiar ?? "scratch")
    let id = add(
      .base(key), text: text, stage: stage, range: instruction.range, parent: nil)
    bases[key] = id
    return id
  }

  mutating func add(
    _ operation: Operation, text: String, stage: String?, range: Range<Int>, parent: Step.ID?
  ) -> Step.ID {
    let id = Step.ID(index: steps.count)
    steps.append(
      Step(
        id: id, stage: stage, instruction: text, span: SourceSpan(file: source, range: range),
        parent: parent, operation: operation))
    return id
  }
}

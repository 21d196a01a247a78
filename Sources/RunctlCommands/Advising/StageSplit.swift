import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI

/// Makes a stage of its own of what builds, so that the image gets only what was built.
struct StageSplit {
  let dockerfile: Dockerfile

  /// Ends a stage behind its last command that builds, and starts another; nil where the Dockerfile
  /// is not understood.
  /// - Parameter results: Directories that have what was built.
  func edits(behind last: Step, results: [TreePath]) -> [SourceEdit]? {
    let place = last.span.range.lowerBound
    guard last.span.file == dockerfile.source,
      let stage = dockerfile.stages.last(where: { $0.start.range.lowerBound <= place }),
      let build = stage.instructions.first(where: { $0.range.lowerBound == place })
    else { return nil }
    let name = stage.base.name?.text ?? "build"
    let kept = stage.instructions.filter {
      !$0.isRun && $0.lines.upperBound < build.lines.lowerBound
    }
    let copies = results.map { "COPY --from=\(name) \($0) \($0)" }
    let next =
      ["", "FROM \(stage.base.image.text)"] + kept.flatMap(text)
      + (copies.isEmpty ? ["# COPY --from=\(name) what was built"] : copies)
    return naming(stage, name) + [
      SourceEdit(
        file: dockerfile.source.name, line: build.lines.upperBound + 1, old: [], new: next)
    ]
  }

  private func naming(_ stage: Dockerfile.Stage, _ name: String) -> [SourceEdit] {
    guard stage.base.name == nil else { return [] }
    let old = text(stage.start)
    guard let last = old.last else { return [] }
    return [
      SourceEdit(
        file: dockerfile.source.name, line: stage.start.lines.lowerBound, old: old,
        new: old.dropLast() + [last + " AS \(name)"])
    ]
  }

  private func text(_ instruction: Instruction) -> [String] {
    dockerfile.source.text(in: instruction.range)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }
}

extension Instruction {
  fileprivate var isRun: Bool {
    if case .run = kind { true } else { false }
  }
}

import BuildEngine
import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI

/// Makes a stage of its own of what builds, so that the image gets only what was built.
struct StageSplit {
  /// Where package managers and builds put what programs need.
  private static let results = ["usr/local", "root/.local", "opt"]

  let image: AdvisedImage
  let dockerfile: Dockerfile

  /// Ends the stage behind the last RUN that builds, and starts another; nil where that is not
  /// understood.
  /// - Parameter step: A RUN that installs tools.
  func edits(for step: Step) -> [SourceEdit]? {
    guard step.span.file == dockerfile.source,
      let stage = dockerfile.stages.last(where: { $0.start.range.lowerBound <= place(of: step) }),
      let last = lastBuild(of: stage, from: step)
    else { return nil }
    let name = stage.base.name?.text ?? "build"
    let kept = stage.instructions.filter {
      !$0.isRun && $0.lines.upperBound < last.lines.lowerBound
    }
    let copies = results(in: stage, until: last).map { "COPY --from=\(name) /\($0) /\($0)" }
    let next =
      ["", "FROM \(stage.base.image.text)"] + kept.flatMap(text)
      + (copies.isEmpty ? ["# COPY --from=\(name) what was built"] : copies)
    return naming(stage, name) + [
      SourceEdit(
        file: dockerfile.source.name, line: last.lines.upperBound + 1, old: [], new: next)
    ]
  }

  /// The RUN that installs the tools, or the last one behind it that leaves results.
  private func lastBuild(of stage: Dockerfile.Stage, from step: Step) -> Instruction? {
    stage.instructions.last { instruction in
      guard instruction.isRun, instruction.range.lowerBound >= place(of: step) else { return false }
      return instruction.range.lowerBound == place(of: step)
        || Self.results.contains { hasFiles(in: $0, [instruction]) }
    }
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

  private func place(of step: Step) -> Int { step.span.range.lowerBound }

  private func text(_ instruction: Instruction) -> [String] {
    dockerfile.source.text(in: instruction.range)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }

  /// Directories that have something of the stage's commands.
  private func results(in stage: Dockerfile.Stage, until last: Instruction) -> [String] {
    let builds = stage.instructions.filter {
      $0.isRun && $0.range.lowerBound <= last.range.lowerBound
    }
    return Self.results.filter { hasFiles(in: $0, builds) }
  }

  private func hasFiles(in directory: String, _ instructions: [Instruction]) -> Bool {
    let places = Set(instructions.map(\.range.lowerBound))
    let layers = image.contents.layers.indices.filter { layer in
      image.step(of: layer).map { places.contains(place(of: $0)) } ?? false
    }
    return image.tree.items.contains { item in
      item.bytes > 0 && item.end == nil && layers.contains(item.layer)
        && item.entry.path.relative(to: TreePath(directory)) != nil
    }
  }
}

extension Instruction {
  fileprivate var isRun: Bool {
    if case .run = kind { true } else { false }
  }
}

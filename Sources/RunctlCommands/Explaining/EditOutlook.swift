import BuildEngine
import BuildPlan
import ContextScan
import FileSystem
import OCI
import Project
import State

/// What would follow from an edit of one file.
struct EditOutlook: Encodable {
  let target: String
  let file: String
  /// Who takes the file, or why nobody does.
  let reason: String
  /// Whether trains that succeeded would run again because the file is one of their inputs.
  let runsAgain: Bool
  /// nil when no step would be done.
  let cost: EditCost?

  /// The same of an image, if it is one.
  static func of(
    _ image: ImageDefinition, _ build: ImageBuild, editing path: String
  ) throws -> EditOutlook {
    guard !image.hasNoDockerfile else {
      return EditOutlook(
        target: "\(image.name):image", file: DiagnosticPrinter.printable(path),
        reason: "there is no Dockerfile: nothing would be built", runsAgain: false, cost: nil)
    }
    return try EditOutlook(
      ImageTarget(build.workspace, image, build.settings), editing: path)
  }

  private init(
    target: String, file: String, reason: String, runsAgain: Bool, cost: EditCost?
  ) {
    (self.target, self.file, self.reason) = (target, file, reason)
    (self.runsAgain, self.cost) = (runsAgain, cost)
  }

  private init(_ target: ImageTarget, editing path: String) throws {
    let workspace = target.workspace
    let resolved = ProjectPath.resolve(path, in: workspace.start)
    let root = workspace.project.root.path
    runsAgain = target.image.run.inputs.contains { input in
      let declared = ProjectPath.resolve(input.value.path, in: root)
      return TreePath(resolved).relative(to: TreePath(declared)) != nil
    }
    self.target = target.target.description
    file = DiagnosticPrinter.printable(target.shownPath(resolved))
    guard let relative = TreePath(resolved).relative(to: TreePath(target.image.context)) else {
      (reason, cost) = ("it is not in the context: nothing can take it", nil)
      return
    }
    let assessment = try target.assessment(workspace.reading(), events: { _ in })
    if resolved == target.dockerfile {
      let reason = "it is the Dockerfile: what is done again depends on the line"
      (self.reason, cost) = (reason, nil)
      return
    }
    if try target.ignore.rules(for: target.image, workspace).excludes(relative) {
      (reason, cost) = (try Self.exclusion(of: relative, target), nil)
      return
    }
    let first = try ContextUse.steps(
      taking: relative, of: assessment.plan, in: assessment.context)
    guard !first.isEmpty else {
      let isThere = FileTree.exists(resolved)
      let reason = "no step \(isThere ? "takes" : "would take") it: nothing would be built"
      (self.reason, cost) = (isThere ? reason : "there is no such file, and \(reason)", nil)
      return
    }
    let steps = try target.forecast(assessment, workspace.reading())
    let takers = first.map { steps[$0.index].label }.joined(separator: ", ")
    reason = DiagnosticPrinter.printable("\(takers) \(first.count == 1 ? "takes" : "take") it")
    cost = EditCost(of: file, at: first.map(\.index), steps)
  }

  private static func exclusion(of path: TreePath, _ target: ImageTarget) throws -> String {
    guard let line = try target.ignore.line(excluding: path), let file = target.ignore.path else {
      return "it is runctl's own, or an output of the run: it is never in the context"
    }
    let place = "\(target.shownPath(file)):\(line.number)"
    return DiagnosticPrinter.printable(
      "'\(line.text)' leaves it out (\(place)): nothing would be built")
  }

  func print(to terminal: Terminal) {
    terminal.print("\(target)  an edit of \(file)")
    terminal.print("  \(reason)")
    if runsAgain { terminal.print("  it is an input of the train, which would run again") }
    guard let cost else { return }
    terminal.print("  it would cost \(cost.summary):")
    for step in cost.steps { terminal.print("    \(ExplanationView.line(step))") }
  }
}

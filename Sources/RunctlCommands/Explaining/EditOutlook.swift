import BuildEngine
import BuildPlan
import ContextScan
import OCI
import Project
import State

/// What would follow from an edit of one file.
struct EditOutlook: Encodable {
  let target: String
  let file: String
  /// Who takes the file, or why nobody does.
  let reason: String
  /// nil when nothing would be done.
  let cost: EditCost?

  init(_ target: ImageTarget, editing path: String) throws {
    let workspace = target.workspace
    let resolved = ProjectPath.resolve(path, in: workspace.start)
    self.target = target.target.description
    file = DiagnosticPrinter.printable(target.shownPath(resolved))
    guard let relative = TreePath(resolved).relative(to: TreePath(target.image.context)) else {
      (reason, cost) = ("it is not in the context: nothing can take it", nil)
      return
    }
    let assessment = try target.inspect(workspace.reading(), events: { _ in })
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
      (reason, cost) = ("no step takes it: nothing would be built", nil)
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
    guard let cost else { return }
    terminal.print("  it would cost \(cost.summary):")
    for step in cost.steps { terminal.print("    \(ExplanationView.line(step))") }
  }
}

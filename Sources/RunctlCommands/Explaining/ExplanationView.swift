import BuildEngine

/// Shows an explanation to a person.
struct ExplanationView {
  let terminal: Terminal

  func print(_ explanation: Explanation) {
    header(explanation)
    for line in explanation.lines { terminal.print("  \(line)") }
    if let cause = explanation.cause {
      let reasons = cause.reasons.joined(separator: "; ")
      terminal.print("  because \(cause.target) was made as #\(cause.entry): \(reasons)")
    }
    let unchanged = explanation.unchanged.filter { !$0.hasPrefix(RequirementLines.prefix) }
    if !unchanged.isEmpty {
      dim("  unchanged: \(DiagnosticPrinter.printable(unchanged.joined(separator: ", ")))")
    }
    print(explanation.steps, areDone: explanation.state == .made)
    print(explanation.costs)
  }

  private func header(_ explanation: Explanation) {
    let isStale = ![.upToDate, .made, .pushed].contains(explanation.state)
    let isMade = [.made, .pushed].contains(explanation.state)
    let compared = explanation.entry.map { (isMade ? " as #" : " since #") + "\($0)" } ?? ""
    terminal.print(
      "\(explanation.target)  "
        + terminal.styled(explanation.state.rawValue, isStale ? .yellow : .green, onErrors: false)
        + compared + (explanation.made.map { ", \($0)" } ?? ""))
  }

  private func print(_ steps: [StepReport], areDone: Bool) {
    guard !steps.isEmpty else { return }
    terminal.print("  steps:")
    for step in steps {
      let isReused = step.outcome == .reused
      let verdict =
        switch step.outcome {
        case .reused: "reused"
        case .executed: areDone ? "done  " : "to do "
        case .possible: "maybe "
        }
      // What takes no time to mention takes none to read.
      let time = step.duration.flatMap { $0 < .milliseconds(10) ? nil : Quantity.duration($0) }
      let words = isReused ? "saves" : areDone ? "took" : "last time"
      terminal.print(
        "    " + terminal.styled(verdict, isReused ? .dim : .yellow, onErrors: false)
          + "  \(Self.line(step.label))" + (time.map { " (\(words) \($0))" } ?? ""))
      for reason in step.reasons {
        terminal.print("            \(DiagnosticPrinter.printable(reason))")
      }
    }
  }

  private func print(_ costs: [EditCost]) {
    guard !costs.isEmpty else { return }
    terminal.print("  an edit of what they take would cost:")
    let width = costs.map(\.edit.count).max() ?? 0
    for cost in costs {
      let padding = String(repeating: " ", count: width - cost.edit.count)
      terminal.print("    \(cost.edit)\(padding)  \(cost.summary)")
    }
  }

  private func dim(_ text: String) {
    terminal.print(terminal.styled(text, .dim, onErrors: false))
  }

  /// On one line, and not longer than people read.
  static func line(_ label: String) -> String {
    let text = DiagnosticPrinter.printable(
      label.split(whereSeparator: \.isNewline).joined(separator: " "))
    return text.count > 100 ? text.prefix(99) + "…" : text
  }
}

import Launching

/// Shows the findings of checks, each with its remedy.
struct FindingView {
  let terminal: Terminal

  func print(_ findings: [PreflightFinding]) {
    for finding in findings {
      lines(of: finding, onErrors: false).forEach(terminal.print)
    }
  }

  /// - Parameter onErrors: Whether they go to standard error.
  func lines(of finding: PreflightFinding, onErrors: Bool) -> [String] {
    let (mark, style): (String, Terminal.Style) =
      switch finding.level {
      case .ok: ("✓", .green)
      case .note: ("·", .dim)
      case .warning: ("!", .yellow)
      case .error: ("✗", .red)
      }
    let text = DiagnosticPrinter.printable(finding.message)
    var lines = [
      "\(terminal.styled(mark, style, onErrors: onErrors)) \(finding.check): \(text)"
    ]
    if let remedy = finding.remedy {
      lines.append(
        terminal.styled("  help: ", .cyan, onErrors: onErrors)
          + DiagnosticPrinter.printable(remedy))
    }
    return lines
  }
}

/// Tells what a verification has found, as a compiler would.
struct VerificationView {
  /// How many files are named in a finding.
  private static let shownFiles = 5

  let terminal: Terminal

  func print(_ report: VerificationReport) {
    for finding in report.findings { print(finding, report) }
    for echo in report.echoes {
      terminal.print("\(head(echo.place)): follows from \(echo.follows)")
    }
    if !report.configuration.isEmpty {
      terminal.print(bold("configuration"))
      report.configuration.forEach { terminal.print("  " + text($0, report)) }
    }
    terminal.print(summary(report))
  }

  private func print(_ finding: VerificationReport.Finding, _ report: VerificationReport) {
    terminal.print(finding.place.map(head) ?? bold("of no instruction of this Dockerfile"))
    for file in finding.files.prefix(Self.shownFiles) {
      let changes = file.changes.map { text($0, report) }.joined(separator: ", ")
      terminal.print("  \(printable(file.path)): \(changes)")
    }
    let rest = finding.files.count - Self.shownFiles
    if rest > 0 { terminal.print("  and \(Quantity.count(rest, "more file"))") }
    let evidence = finding.evidence.map { ": " + printable($0) } ?? ""
    terminal.print(
      styled("  cause: ", .red) + finding.explanation + evidence
        + styled(" [\(finding.cause)]", .dim))
    terminal.print(styled("  help: ", .cyan) + finding.remedy)
  }

  private func head(_ place: VerificationReport.Place) -> String {
    bold("\(printable(place.file)):\(place.line):")
      + " \(place.step) \(printable(place.instruction))"
  }

  private func text(
    _ change: VerificationReport.Change, _ report: VerificationReport
  ) -> String {
    let sides =
      report.against.map { ["this build", $0] } ?? ["the first build", "the second build"]
    return switch change.property {
    case "added": printable("only in \(sides[1]) (\(change.second ?? ""))")
    case "removed": printable("only in \(sides[0]) (\(change.first ?? ""))")
    default:
      printable("\(change.property) \(change.first ?? "none") → \(change.second ?? "none")")
    }
  }

  private func summary(_ report: VerificationReport) -> String {
    let effort =
      "\(Quantity.count(report.builds, "build")), \(Quantity.count(report.steps, "step")), "
      + Quantity.duration(.milliseconds(report.milliseconds))
    let short = String(report.first.dropFirst("sha256:".count).prefix(12))
    if report.isReproducible {
      var same = report.against.map { " as \($0)" } ?? ""
      if report.differsInCompressionOnly { same += ", compressed otherwise" }
      return "\(report.image): \(styled("reproducible", .green)) \(short)\(same) (\(effort))"
    }
    let files = report.findings.reduce(0) { $0 + $1.files.count }
    let what =
      files == 0
      ? "\(report.configuration.isEmpty ? "the layers" : "the configurations") differ"
      : "\(Quantity.count(files, "file")) differ\(files == 1 ? "s" : "")"
    let other = report.against.map { "not the same as \(printable($0))" } ?? "not reproducible"
    return "\(report.image): \(styled(other, .red)): \(what) (\(effort))"
  }

  private func bold(_ text: String) -> String { styled(text, .bold) }

  private func styled(_ text: String, _ style: Terminal.Style) -> String {
    terminal.styled(text, style, onErrors: false)
  }

  private func printable(_ text: String) -> String { DiagnosticPrinter.printable(text) }
}

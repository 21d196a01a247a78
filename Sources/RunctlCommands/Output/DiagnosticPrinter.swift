import BuildEngine
import Diagnostics
import OCI
import Storage

/// Shows findings as a compiler does: place, message, the line, a caret, what to write or do.
struct DiagnosticPrinter {
  let terminal: Terminal

  func print(_ error: any Error) {
    switch error {
    case let list as DiagnosticList: list.diagnostics.forEach { print($0) }
    case let drift as LockDrift: drift.diagnostics.forEach { print($0) }
    case let failure as StepFailure:
      if !failure.tail.isEmpty { terminal.note("the last lines of what it printed:") }
      failure.tail.forEach { terminal.note("  " + Self.printable($0)) }
      print(failure.diagnostic)
    case let error as any ReportableError: print(error.diagnostic)
    case ContentError.digestMismatch(let expected, _):
      print(StorageError.damagedBlob(expected))
    case let diagnostic as Diagnostic: print(diagnostic)
    default: print(Diagnostic(id: "internal", "\(error)"))
    }
  }

  func print(_ diagnostic: Diagnostic) {
    for line in lines(of: diagnostic) { terminal.note(line) }
  }

  func lines(of diagnostic: Diagnostic) -> [String] {
    var head = ""
    if let span = diagnostic.span {
      let start = span.start
      head = terminal.styled(
        "\(Self.printable(span.file.name)):\(start.line):\(start.column): ", .bold)
    }
    let style: Terminal.Style =
      switch diagnostic.severity {
      case .error: .red
      case .warning: .yellow
      case .note: .cyan
      }
    head += terminal.styled("\(diagnostic.severity.rawValue): ", style, .bold)
    head += Self.printable(diagnostic.message) + terminal.styled(" [\(diagnostic.id)]", .dim)
    var lines = [head]
    if let span = diagnostic.span { lines += excerpt(span, replacement: diagnostic.replacement) }
    if let help = diagnostic.help {
      lines.append(terminal.styled("  help: ", .cyan) + Self.printable(help))
    }
    return lines
  }

  private func excerpt(_ span: SourceSpan, replacement: String?) -> [String] {
    let line = span.file.lineRange(around: span.range.lowerBound)
    let text = span.file.text(in: line)
    guard !text.isEmpty else { return [] }
    let number = "\(span.start.line) | "
    let margin = String(repeating: " ", count: number.count - 2) + "| "
    // Tabs stay tabs, so that the caret stands below what it is about.
    let before = span.file.text(in: line.lowerBound..<max(line.lowerBound, span.range.lowerBound))
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    let marked = span.range.clamped(to: line)
    let width = max(1, span.file.text(in: marked).count)
    let caret = "^" + String(repeating: "~", count: width - 1)
    var lines = [
      terminal.styled(number, .dim) + Self.printable(text),
      terminal.styled(margin, .dim) + indent + terminal.styled(caret, .green),
    ]
    if let replacement {
      lines.append(terminal.styled(margin, .dim) + indent + Self.printable(replacement))
    }
    return lines
  }

  /// Without characters that would do something to a terminal.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { isControl($0) ? "\u{fffd}" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 && scalar != "\t") || (0x7f..<0xa0).contains(scalar.value)
  }
}

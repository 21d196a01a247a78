/// Shows a person what would make an image smaller.
struct AdviceView {
  private static let indent = "          "

  let terminal: Terminal

  func print(_ advice: ImageAdvice) {
    let digest = advice.digest.dropFirst(7).prefix(12)
    terminal.print(
      terminal.styled(advice.image, .bold, onErrors: false) + " (\(digest)): "
        + "\(Quantity.bytes(advice.bytes)), \(Quantity.bytes(advice.compressedBytes)) compressed")
    for piece in advice.advice { print(piece) }
    terminal.print("")
    guard !advice.advice.isEmpty else {
      terminal.print("nothing was found that would make it smaller")
      return
    }
    let share = Int((100 * Double(advice.savedBytes) / Double(max(1, advice.bytes))).rounded())
    terminal.print(
      "would save \(Quantity.bytes(advice.savedBytes)) of \(Quantity.bytes(advice.bytes))"
        + " (\(share) %), about \(Quantity.bytes(advice.savedCompressedBytes)) of"
        + " \(Quantity.bytes(advice.compressedBytes)) compressed")
  }

  private func print(_ piece: ImageAdvice.Piece) {
    let amount = Quantity.bytes(piece.bytes)
    let padding = String(repeating: " ", count: max(0, Self.indent.count - 2 - amount.count))
    terminal.print("")
    terminal.print(
      padding + terminal.styled(amount, .bold, onErrors: false)
        + "  \(DiagnosticPrinter.printable(piece.file)):\(piece.line): \(piece.what) "
        + terminal.styled("[\(piece.id)]", .dim, onErrors: false))
    for path in piece.largest.prefix(2) { line(path, .dim) }
    if piece.files > 2 { line("and \(Quantity.count(piece.files - 2, "more file"))", .dim) }
    for edit in piece.edits {
      line("\(edit.file):\(edit.line)", .cyan)
      for text in edit.old { line("- " + text, .red) }
      for text in edit.new { line("+ " + text, .green) }
    }
    for (number, text) in piece.otherwise.enumerated() {
      line((piece.edits.isEmpty && number == 0 ? "" : "or ") + text)
    }
    if let unless = piece.unless { line("unless \(unless)") }
  }

  private func line(_ text: String, _ style: Terminal.Style? = nil) {
    let shown = DiagnosticPrinter.printable(text)
    terminal.print(
      Self.indent + (style.map { terminal.styled(shown, $0, onErrors: false) } ?? shown))
  }
}

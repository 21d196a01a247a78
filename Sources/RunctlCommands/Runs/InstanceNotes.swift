import Diagnostics

/// Tells a person what the instance found worth a warning about a run, each once.
struct InstanceNotes {
  private let terminal: Terminal
  private var told = 0

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// - Parameter notes: All of the run so far.
  mutating func take(_ notes: [String]) {
    for note in notes.dropFirst(told) {
      DiagnosticPrinter(terminal: terminal).print(
        Diagnostic(.warning, id: "instance", DiagnosticPrinter.printable(note)))
    }
    told = max(told, notes.count)
  }
}

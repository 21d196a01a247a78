import Diagnostics
import FileSystem
import Project

/// What the person was told once about a project and need not be told again. A file of the state
/// folder, a message a line; losing it means hearing it once more.
struct ToldRemarks {
  private let path: String
  private let told: [String]

  /// - Parameter directory: The project's state; a folder that need not be there.
  init(in directory: String) {
    path = directory + "/told"
    let bytes = (try? FileTree.readIfPresent(path)) ?? nil
    told = String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func untold(_ remarks: [Diagnostic]) -> [Diagnostic] {
    remarks.filter { !told.contains($0.message) }
  }

  /// Where nothing can be written, nothing is remembered.
  func remember(_ remarks: [Diagnostic]) {
    let lines = told + remarks.map(\.message)
    try? FileTree.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
  }
}

extension Workspace {
  /// Tells what is odd about the configuration.
  /// - Parameter remembers: Whether the command may note in the state what was told once.
  func tellWarnings(remembers: Bool) {
    let printer = DiagnosticPrinter(terminal: terminal)
    project.warnings.forEach(printer.print)
    guard !project.remarks.isEmpty else { return }
    let told = ToldRemarks(in: stateDirectory)
    let untold = told.untold(project.remarks)
    untold.forEach(printer.print)
    guard remembers, !untold.isEmpty, (try? state()) != nil else { return }
    told.remember(untold)
  }
}

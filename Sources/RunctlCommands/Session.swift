import ArgumentParser
import Diagnostics
import Glibc
import Processes

/// Wraps a command: signals taken over, errors told, exit code given.
enum Session {
  /// - Parameter offset: Added to the codes of runctl's own failures, for commands that pass on the
  ///   code of another program.
  static func run(offset: Int32 = 0, _ body: () throws -> CommandStatus) throws {
    do {
      try Interruption.shared.install()
      let status = try body()
      guard status == .success else { throw ExitCode(status.rawValue) }
    } catch let code as ExitCode {
      throw code
    } catch {
      let status = CommandStatus(error)
      tell(error, status)
      let isSignal = status == .interrupted || status == .terminated
      throw ExitCode(isSignal ? status.rawValue : status.rawValue + offset)
    }
  }

  private static func tell(_ error: any Error, _ status: CommandStatus) {
    let terminal = Terminal.standard
    switch status {
    case .interrupted: terminal.note("interrupted; everything that was complete is kept")
    case .terminated: terminal.note("terminated; everything that was complete is kept")
    default: DiagnosticPrinter(terminal: terminal).print(error)
    }
  }
}

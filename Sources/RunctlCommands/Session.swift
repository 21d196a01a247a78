import ArgumentParser
import Diagnostics
import Glibc
import Processes

/// Wraps a command: signals taken over, errors told, exit code given.
enum Session {
  static func run(_ body: () throws -> CommandStatus) throws {
    try perform(offset: 0) { try body().rawValue }
  }

  /// For commands that pass on the exit code of another program: runctl's own failures are 200 and
  /// the usual code, so that the two can be told apart.
  static func passing(_ body: () throws -> Int32) throws {
    try perform(offset: 200, body)
  }

  private static func perform(offset: Int32, _ body: () throws -> Int32) throws {
    do {
      try Interruption.shared.install()
      let code = try body()
      guard code == 0 else { throw ExitCode(code) }
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

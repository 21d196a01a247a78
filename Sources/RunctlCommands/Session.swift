import ArgumentParser
import BuildEngine
import Diagnostics
import Dispatch
import FileSystem
import Glibc
import Processes
import Sandbox
import Storage
import Synchronization

/// Wraps a command: signals taken over, errors told, exit code given.
enum Session {
  static func run(_ body: () throws -> CommandStatus) throws {
    try perform(offset: 0) { try body().rawValue }
  }

  /// For commands that pass on the exit code of another program: runctl's own failures are 200 and
  /// the usual code, so that the two can be told apart.
  static func passing(_ body: () throws -> Int32) throws {
    try perform(offset: PassingCommand.offset, body)
  }

  /// Whether a signal is the affair of a program that was started for the person.
  static let hasProgram = Atomic(false)

  /// Work that does not notice a signal within this time is left where it is: whatever was complete
  /// is kept, and the next command tidies up, as after a kill.
  private static let grace = DispatchTimeInterval.seconds(2)

  private static func endAfterGrace(_ request: Interruption.Request) {
    guard case .stop(let signal) = request else { return }
    DispatchQueue.global().asyncAfter(deadline: .now() + grace) {
      if !hasProgram.load(ordering: .relaxed) { _exit(signal.exitCode) }
    }
  }

  private static func perform(offset: Int32, _ body: () throws -> Int32) throws {
    let observation = Interruption.shared.observe { endAfterGrace($0) }
    defer { withExtendedLifetime(observation) {} }
    do {
      try Interruption.shared.install()
      let code = try body()
      guard code == 0 else { throw ExitCode(code) }
    } catch let code as ExitCode {
      throw code
    } catch  where needsUserNamespace(error) {
      throw ExitCode(try goOnInUserNamespace(offset: offset))
    } catch {
      let status = CommandStatus(error)
      tell(error, status)
      let isSignal = status == .interrupted || status == .terminated
      throw ExitCode(isSignal ? status.rawValue : status.rawValue + offset)
    }
  }

  /// Set for a command that goes on where another process has stopped, and has told what it found.
  private static let resumedVariable = "RUNCTL_RESUMED"

  static var isResumed: Bool { ProcessEnvironment.all[resumedVariable] != nil }

  private static func needsUserNamespace(_ error: any Error) -> Bool {
    let cause = (error as? StepFailure)?.cause ?? error
    return cause as? BuildError == .needsUserNamespace
  }

  /// Starts this command once more, as root of a user namespace. What was done so far is in the
  /// store, and nothing of it is done again.
  private static func goOnInUserNamespace(offset: Int32) throws -> Int32 {
    do {
      let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
      let program = String(decoding: try FileTree.linkTarget(of: "/proc/self/exe"), as: UTF8.self)
      setenv(resumedVariable, "1", 1)
      hasProgram.store(true, ordering: .relaxed)
      return try Sandbox(runtime: nil, scratch: store.makeTemporaryDirectory("sandbox"))
        .runInUserNamespace([program] + CommandLine.arguments.dropFirst()).code
    } catch {
      let status = CommandStatus(error)
      tell(error, status)
      return status.rawValue + offset
    }
  }

  static func isInterruption(_ error: any Error) -> Bool {
    [.interrupted, .terminated].contains(CommandStatus(error))
  }

  private static func tell(_ error: any Error, _ status: CommandStatus) {
    let terminal = Terminal.standard
    // One that somebody else got is told as what it is.
    switch Interruption.shared.isRequested() ? status : .failure {
    case .interrupted: terminal.note("interrupted; everything that was complete is kept")
    case .terminated: terminal.note("terminated; everything that was complete is kept")
    default: DiagnosticPrinter(terminal: terminal).print(error)
    }
  }
}

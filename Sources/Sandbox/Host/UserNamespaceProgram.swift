import Glibc
import Processes

/// Runs a program of the caller's as root of the user namespace.
struct UserNamespaceProgram {
  let arguments: [String]

  func run() throws(SandboxError) -> ExitStatus {
    var command = Command(arguments)
    command.group = .callers
    command.input = .inherit
    command.output = .inherit
    command.errors = .inherit
    do throws(ProcessError) {
      return try Subprocess.run(command, interruption: nil).status
    } catch {
      throw .setupFailed(step: "run '\(arguments.first ?? "")'", reason: "\(error)")
    }
  }
}

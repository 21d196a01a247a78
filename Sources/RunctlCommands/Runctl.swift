import ArgumentParser
import Glibc
import Sandbox

/// The program's entry.
package enum Runctl {
  package static func main() {
    // Before anything else: the second process must have a single thread.
    if CommandLine.arguments.dropFirst().starts(with: ["internal", "sandbox"]) {
      exit(SandboxHost.main())
    }
    if CommandLine.arguments.dropFirst().starts(with: RunSupervisor.words) {
      exit(RunSupervisor.main(CommandLine.arguments.dropFirst(3).first))
    }
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try RootCommand.parseAsRoot()
      try command.run()
    } catch {
      finish(error)
    }
  }

  private static func finish(_ error: any Error) -> Never {
    let code = RootCommand.exitCode(for: error)
    let message = RootCommand.fullMessage(for: error)
    if !message.isEmpty {
      if code == .success {
        Terminal.standard.print(message)
      } else {
        Terminal.standard.note(message)
      }
    }
    // Errors of the command line have one code, whoever finds them.
    guard code == .validationFailure else { exit(code.rawValue) }
    let isPassing = PassingCommand.isNamed(in: CommandLine.arguments.dropFirst())
    exit(CommandStatus.usage.rawValue + (isPassing ? PassingCommand.offset : 0))
  }
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runctl",
    abstract: "make for containerised training: build, push and run images; do nothing twice.",
    discussion: """
      Examples:
        runctl train training/train.py    build what changed, then train in the image
        runctl push                       build what changed, push what the registry lacks
        runctl status                     what is up to date, and why the rest is not
      """,
    version: Version.current,
    subcommands: [
      BuildCommand.self,
      TagCommand.self,
      PushCommand.self,
      RunCommand.self,
      TrainCommand.self,
      StatusCommand.self,
      ExplainCommand.self,
      HistoryCommand.self,
      RunsCommand.self,
      LogsCommand.self,
      AttachCommand.self,
      StopCommand.self,
      VerifyCommand.self,
      LockCommand.self,
      InitCommand.self,
      DetectCommand.self,
      ImagesCommand.self,
      CacheCommand.self,
      DockerCommand.self,
      AWSCommand.self,
      LoginCommand.self,
      LogoutCommand.self,
      DoctorCommand.self,
      InternalCommand.self,
    ])
}

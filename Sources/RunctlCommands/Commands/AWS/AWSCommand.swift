import ArgumentParser

struct AWSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aws",
    abstract: "Train on EC2 instances. Nothing here creates or ends one.",
    discussion: """
      Examples:
        runctl aws instances                       what could be used
        runctl aws check i-0123456789abcdef0       whether it would do, and what to change
        runctl aws train i-0123456789abcdef0 training/train.py
      """,
    subcommands: [
      AWSTrainCommand.self,
      AWSCheckCommand.self,
      AWSInstancesCommand.self,
    ])
}

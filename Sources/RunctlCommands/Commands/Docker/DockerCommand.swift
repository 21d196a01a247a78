import ArgumentParser

struct DockerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docker",
    abstract: "The targets by their familiar spellings; no Docker is needed.",
    discussion: """
      docker build        stands for  runctl build
      docker push         stands for  runctl push
      docker build-push   stands for  runctl push, which builds what is out of date first
      docker train        stands for  runctl train

      Examples:
        runctl docker build -t trainer:v2
        runctl docker build-push -t registry.example.com/team/train
        runctl docker train training/train.py -- --epochs 10
      """,
    subcommands: [
      BuildCommand.self,
      PushCommand.self,
      TrainCommand.self,
    ])
}

import ArgumentParser

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Build what changed, then run a training script in the image.",
    discussion: """
      A train whose image, script, arguments and declared inputs did not change since it last
      succeeded is up to date, and is not repeated. What the script writes to the declared outputs
      is in the project afterwards. Without a Dockerfile it runs with this machine's Python.

      The script's exit code is runctl's; runctl's own failures are 200 and the usual code.

      Examples:
        runctl train training/train.py
        runctl train training/train.py -- --epochs 10 --lr 3e-4
        runctl train -e WANDB_MODE=offline training/train.py
        runctl train -n training/train.py    what would be done, and why
        runctl train -d training/train.py    leave it to itself; 'runctl attach' comes back
        runctl train --gpus 2 training/train.py
        runctl train --engine docker training/train.py
        runctl train --resume training/train.py -- --from '{checkpoint}'
      """)

  @OptionGroup var options: ScriptOptions
  @OptionGroup var local: LocalRunOptions

  @Flag(help: "Run with this machine's Python although there is a Dockerfile.")
  var noDocker = false

  @Flag(help: "Insist on the container.")
  var useDocker = false

  @Flag(help: "Go on from the newest checkpoint: see docs/training.md.")
  var resume = false

  func run() throws {
    try Session.passing {
      let launch = try ImageLaunch(
        options.project, options.run, options.resources, local, options.image, options.make,
        resumes: resume)
      if useDocker, !launch.hasDockerfile {
        launch.workspace.terminal.note(
          "warning: --use-docker was given, and there is no Dockerfile")
      }
      return noDocker || !launch.hasDockerfile
        ? try launch.trainOnHost(options.request) : try launch.train(options.request)
    }
  }
}

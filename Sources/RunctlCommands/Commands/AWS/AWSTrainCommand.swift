import ArgumentParser

struct AWSTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Build and push what changed, then run a training script on an EC2 instance.",
    discussion: """
      The image goes to its registry, the instance pulls it by digest, and the script runs there
      with the instance's GPUs. What it prints is followed, and kept; it goes on when you leave
      (Ctrl-C), and 'runctl attach' comes back. A train that did not change since it last succeeded
      on this instance is not repeated, and one that goes on there is followed (-B starts another).
      Without a Dockerfile the code goes by S3, and runs with the instance's Python. The instance
      must be running: nothing here starts or ends one.

      The script's exit code is runctl's; runctl's own failures are 200 and the usual code.

      Examples:
        runctl aws train i-0123456789abcdef0 training/train.py
        runctl aws train i-0123456789abcdef0 training/train.py -- --epochs 10
        runctl aws train i-0123456789abcdef0 train.py --no-wait --timeout 12h
        runctl aws train i-0123456789abcdef0 train.py --docker-image team/trainer:1.4
        runctl aws train i-0123456789abcdef0 train.py --no-docker --include-pattern 'training/**'
        runctl aws train -n i-0123456789abcdef0 training/train.py   what would be done, and why
      """)

  @Argument(help: "The instance's id.")
  var instance: String

  @OptionGroup var options: ScriptOptions
  @OptionGroup var remote: RemoteTrainOptions
  @OptionGroup var repository: RepositoryOptions

  func run() throws {
    try Session.passing {
      var selection = try ImageSelection.parse([])
      selection.positionals = options.run.image.map { [$0] } ?? []
      let build = try ImageBuild(
        options.project, selection, options.image, options.make, namesImages: false,
        cloud: repository.cloud)
      return try RemoteTrain(
        on: instance, build, options.run, options.resources, remote, options.make
      ).train(options.request)
    }
  }
}

import ArgumentParser

/// What can be said about a train on an instance.
struct RemoteTrainOptions: ParsableArguments {
  @Flag(
    name: [.customLong("use-docker"), .customLong("docker")],
    help: "Insist on the container.")
  var usesDocker = false

  @Option(
    help: ArgumentHelp(
      "Run in this image of a registry; nothing is built. The script is looked for below its WORKDIR.",
      valueName: "reference"))
  var dockerImage: String?

  @Flag(help: "Send the code by S3 and run with the instance's Python.")
  var noDocker = false

  @Flag(
    inversion: .prefixedNo,
    help: "Without a container: send the code, or run the code of the last such run again.")
  var syncCode = true

  @Option(
    help: ArgumentHelp(
      "Without a container: send only files that match, such as 'training/**'; may be repeated.",
      valueName: "glob"))
  var includePattern: [String] = []

  @Option(
    name: .customLong("data-s3"),
    help: ArgumentHelp(
      "Data for the run, copied to the instance once: at /data.", valueName: "url"))
  var dataS3: String?

  @Option(
    name: .customLong("output-s3"),
    help: ArgumentHelp("Where the instance puts the outputs.", valueName: "url"))
  var outputS3: String?

  @Option(help: ArgumentHelp("The project's name in S3.", valueName: "name"))
  var projectName: String?

  @Flag(
    inversion: .prefixedNo, help: "Stay until the run has ended; else say how to come back.")
  var wait = true

  @Flag(help: "Ctrl-C stops the run; else it goes on.")
  var stopOnInterrupt = false

  @Flag(help: "Do not look at the instance before anything is sent.")
  var skipChecks = false

  func validate() throws {
    guard [usesDocker || dockerImage != nil, noDocker].contains(false) else {
      throw ValidationError("--no-docker cannot be combined with --use-docker or --docker-image")
    }
  }
}

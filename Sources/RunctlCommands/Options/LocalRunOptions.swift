import ArgumentParser

/// How a run on this machine is started.
struct LocalRunOptions: ParsableArguments {
  enum Engine: String, ExpressibleByArgument, CaseIterable {
    case sandbox
    case docker
  }

  @Option(help: "Who runs the container: runctl's sandbox, or this machine's Docker daemon.")
  var engine = Engine.sandbox

  @Flag(name: [.short, .long], help: "Start the run and leave it; 'runctl attach' comes back.")
  var detach = false
}

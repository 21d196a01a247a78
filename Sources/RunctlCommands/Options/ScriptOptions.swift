import ArgumentParser

/// A script to train with, and what it gets; the same wherever it runs.
struct ScriptOptions: ParsableArguments {
  @OptionGroup var project: ProjectOptions

  @Argument(
    help: "The script, by its path from here or from the project's root.", completion: .file())
  var script: String

  @Argument(parsing: .postTerminator, help: "The script's arguments, after --.")
  var arguments: [String] = []

  @OptionGroup var run: RunOptions
  @OptionGroup var resources: ResourceOptions
  @OptionGroup var image: ImageBuildOptions
  @OptionGroup var make: MakeOptions

  var request: TrainRequest { TrainRequest(script: script, arguments: arguments) }
}

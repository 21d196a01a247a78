import ArgumentParser

/// Which AWS a command speaks to.
struct AWSOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The AWS region; else AWS_REGION, 'region' in [aws], or the profile's.", valueName: "region"))
  var region: String?

  @Option(help: ArgumentHelp("The AWS profile; else AWS_PROFILE.", valueName: "name"))
  var profile: String?

  /// For a command that pushes nothing.
  var cloud: CloudOptions { CloudOptions(region: region, profile: profile) }

  func validate() throws {
    // They go to the aws program as words of its command line.
    for text in [region, profile].compactMap(\.self) where text.isEmpty || text.hasPrefix("-") {
      throw ValidationError("'\(text)' is no region and no profile")
    }
  }
}

import ArgumentParser

/// What a push to ECR may do there.
struct RepositoryOptions: ParsableArguments {
  @OptionGroup var aws: AWSOptions

  @Flag(help: "Fail when ECR has no such repository, and make none.")
  var noCreateRepository = false

  var cloud: CloudOptions {
    CloudOptions(
      region: aws.region, profile: aws.profile, createsRepositories: !noCreateRepository)
  }
}

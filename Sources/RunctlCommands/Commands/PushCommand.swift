import ArgumentParser
import BuildEngine
import OCI
import Project
import Storage

struct PushCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Build what is out of date, and push what the registry lacks.",
    discussion: """
      Where an image goes: the names given by -t; else 'push' in [images.NAME]; else
      'ecr_registry' in [docker]; else the account's own registry in ECR, where AWS is set up;
      else 'dockerhub_username' in [docker]: each followed by the image's name.

      Examples:
        runctl push                                     all images of the project
        runctl push -t registry.example.com/team/train  one image, to this place
        printenv TOKEN | runctl push --username me --password-stdin
        runctl push --from oci:image -t localhost:5000/x  an OCI layout, without building
      """,
    aliases: ["build-push"])

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var selection: ImageSelection
  @OptionGroup var image: ImageBuildOptions
  @OptionGroup var repository: RepositoryOptions
  @OptionGroup var make: MakeOptions
  @OptionGroup var credentials: CredentialOptions

  @Option(help: ArgumentHelp("Push an OCI layout; nothing is built.", valueName: "oci:dir"))
  var from: String?

  func run() throws {
    try Session.run {
      if let from {
        return try LayoutPush(from, selection, projectOptions, repository, make, credentials).run()
      }
      let build = try ImageBuild(
        projectOptions, selection, image, make, namesImages: false, credentials: credentials,
        cloud: repository.cloud)
      let push = ImagePush(build: build, given: try selection.references())
      return make.isDryRun || make.isQuestion ? try push.look(make) : try push.run()
    }
  }
}

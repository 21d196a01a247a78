import ArgumentParser
import OCI
import Project

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Build twice from nothing, and say what does not come out the same, and why.",
    discussion: """
      The second build sees another path, umask, time, time zone, language, host name and order \
      of files. Exit code 0: the same, bit for bit. 4: not; each difference is told with the \
      instruction that made it, its likely cause, and what to do.

      Examples:
        runctl verify                   all images of the project
        runctl verify trainer           one image
        runctl verify . --json          the context here, for a script
        runctl verify --against registry.example.com/me/train:v2
                                        whether a registry has what a build here gives
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var selection: ImageSelection
  @OptionGroup var image: ImageBuildOptions

  @Option(
    name: [.customShort("j"), .customLong("jobs")],
    help: ArgumentHelp("How many jobs run at once.", valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Build once, and compare with this image of a registry or of the store.",
      valueName: "reference"))
  var against: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let make = try MakeOptions.parse(["-n"] + (jobs.map { ["-j", String($0)] } ?? []))
      let build = try ImageBuild(projectOptions, selection, image, make, namesImages: false)
      let reports = try verify(build)
      let terminal = build.workspace.terminal
      if json {
        try JSONOutput.print(Document(images: reports), to: terminal)
      } else {
        reports.forEach(VerificationView(terminal: terminal).print)
      }
      return reports.allSatisfy(\.isReproducible) ? .success : .notReproducible
    }
  }

  private func verify(_ build: ImageBuild) throws -> [VerificationReport] {
    guard let against else { return try build.images.map { try Verification($0, build).run() } }
    guard let reference = ImageReference(against) else {
      throw UsageError(
        "invalid-reference", "'\(against)' is not the name of an image",
        help: "write it as [registry/]name[:tag], in lower case")
    }
    guard let image = build.images.first, build.images.count == 1 else {
      throw UsageError(
        "ambiguous-image",
        "--against is meant for one image, and the project has \(build.images.count)",
        help: "add the name of the image: " + build.images.map(\.name).joined(separator: ", "))
    }
    return [try Verification(image, build).run(against: reference)]
  }

  private struct Document: Encodable {
    let images: [VerificationReport]
  }
}

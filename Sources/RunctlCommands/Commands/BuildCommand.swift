import ArgumentParser
import BuildEngine
import FileSystem
import OCI
import Project
import Storage

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build images.",
    discussion: """
      Builds what is out of date, and nothing else.

      Examples:
        runctl build                            all images of the project
        runctl build trainer -t trainer:v2      one image, with a name in the store
        runctl build . --output oci:image       the context here, written as an OCI layout
        runctl build --secret id=pip,src=p.cfg  for RUN --mount=type=secret,id=pip
        runctl build -n                         what would be done, and why
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var selection: ImageSelection
  @OptionGroup var image: ImageBuildOptions
  @OptionGroup var make: MakeOptions
  @OptionGroup var credentials: CredentialOptions

  @Option(
    help: ArgumentHelp(
      "Also write the image to a directory, as an OCI layout.", valueName: "oci:dir"))
  var output: [String] = []

  func run() throws {
    try Session.run {
      let build = try ImageBuild(
        projectOptions, selection, image, make, credentials: credentials)
      let start = try FileTree.canonicalPath(projectOptions.directory ?? ".")
      let layouts = try output.map { try LayoutOutput($0, from: start) }
      return try build.run { results in
        for layout in layouts { try layout.write(results, from: build.workspace.store()) }
      }
    }
  }
}

/// `--output oci:DIR`.
struct LayoutOutput {
  private let directory: String

  /// - Parameter start: The absolute path that relative ones start from.
  init(_ text: String, from start: String) throws {
    guard text.hasPrefix("oci:"), text.count > 4 else {
      throw UsageError(
        "invalid-output", "'\(text)' is not an output", help: "write oci:DIRECTORY")
    }
    directory = ProjectPath.resolve(String(text.dropFirst(4)), in: start)
  }

  func write(_ results: [ImageBuild.Result], from store: Store) throws {
    let layout = try ImageLayout.create(directory)
    var manifests: [Descriptor] = []
    for result in results {
      let bytes = try store.blobs.read(result.manifest)
      let manifest = Descriptor(
        mediaType: .imageManifest, digest: result.manifest, size: Int64(bytes.count))
      try layout.copy(manifest, from: store.blobs)
      let names = result.target.localNames
      guard !names.isEmpty else {
        manifests.append(manifest)
        continue
      }
      for name in names {
        var named = manifest
        named.annotations = ["org.opencontainers.image.ref.name": name.tag ?? name.description]
        manifests.append(named)
      }
    }
    try layout.setManifests(manifests)
  }
}

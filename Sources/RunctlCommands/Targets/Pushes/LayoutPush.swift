import BuildEngine
import OCI
import Project
import Registry
import Storage

/// `push --from oci:DIR`: what another tool, or `--output`, has written.
struct LayoutPush {
  private let workspace: Workspace
  private let layout: ImageLayout
  private let references: [ImageReference]
  private let make: MakeOptions

  init(
    _ source: String, _ selection: ImageSelection, _ projectOptions: ProjectOptions,
    _ repository: RepositoryOptions, _ make: MakeOptions, _ credentials: CredentialOptions
  ) throws {
    guard source.hasPrefix("oci:") else {
      throw UsageError(
        "invalid-source", "'\(source)' cannot be pushed from", help: "write oci:DIRECTORY")
    }
    let destinations = try selection.references()
    references = destinations.map { $0.reference(tag: $0.tag ?? "latest") }
    guard !references.isEmpty else {
      throw UsageError(
        "no-destination", "--from needs a destination", help: "say where it goes by -t REFERENCE")
    }
    layout = try ImageLayout.open(String(source.dropFirst(4)))
    workspace = try Workspace(directory: projectOptions.directory, cloud: repository.cloud)
    self.make = make
    if let given = try credentials.credentials(pushingTo: destinations) { workspace.use(given) }
  }

  func run() throws -> CommandStatus {
    do { return try push() } catch { throw workspace.cloudRegistry.explained(error) }
  }

  private func push() throws -> CommandStatus {
    let manifests = try layout.manifests()
    guard let manifest = manifests.first,
      manifests.allSatisfy({ $0.digest == manifest.digest })
    else {
      throw UsageError(
        "ambiguous-layout", "the layout holds \(manifests.count) images",
        help: "write a layout with one image")
    }
    let registry = workspace.registry()
    let missing = try references.filter { try registry.head($0)?.digest != manifest.digest }
    if make.isQuestion { return missing.isEmpty ? .success : .outOfDate }
    let names = references.map(\.familiar).joined(separator: ", ")
    guard !missing.isEmpty else {
      workspace.terminal.print("push up to date (\(names))")
      return .success
    }
    if make.isDryRun {
      workspace.terminal.print("would push \(manifest.digest.short) to \(names)")
      return .success
    }
    let view = BuildProgressView(terminal: workspace.terminal)
    defer { view.end() }
    let services = try workspace.services(jobs: make.jobs, events: view.handle)
    try ImagePusher(services, from: layout.blobs)
      .push(manifest, to: missing, after: LayerUploads())
    workspace.terminal.print("pushed \(names) (\(manifest.digest.short))")
    return .success
  }
}

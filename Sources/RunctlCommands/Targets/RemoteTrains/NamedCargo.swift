import BuildEngine
import Diagnostics
import FileSystem
import Launching
import OCI
import Project
import Registry
import State

/// An image that is in a registry already.
struct NamedCargo: RemoteCargo {
  private let resolved: ResolvedImage
  private let plan: RemotePlan
  private let reference: ImageReference
  private let image: ImageDefinition
  private let workspace: Workspace
  /// Where the script should be in the image, when nobody looked.
  private let unchecked: String?

  private var digest: Digest { resolved.descriptor.digest }
  var imageDigest: Digest? { digest }
  var ownEnvironment: [String] { resolved.config.config?.environment ?? [] }
  var arguments: [String] { plan.arguments }
  var environment: [Assignment] { plan.environment }
  var outputs: [RunOutput] { plan.outputs }

  /// Asks the registry what the name means now.
  /// - Parameter image: Whose settings count for the run.
  init(
    _ request: TrainRequest, in name: String, _ image: ImageDefinition,
    environment: [Assignment], _ workspace: Workspace
  ) throws {
    guard let reference = ImageReference(name) else {
      throw UsageError.invalidReference(name)
    }
    let resolved = try workspace.registry().resolve(reference, platform: image.platform ?? .host)
    self.reference = reference.with(digest: resolved.descriptor.digest)
    self.image = image
    self.workspace = workspace
    self.resolved = resolved
    let digest = resolved.descriptor.digest
    let stored = try? StoredImage(digest, in: workspace.store())
    let described = RunImage(
      digest: digest, lowers: [], tree: stored?.tree ?? RootTree(layers: []),
      config: resolved.config, places: [])
    let script = Self.script(request.script, in: described, workspace)
    if let stored {
      guard let entry = try? stored.tree.resolve(script.place).entry, entry.kind != .directory
      else {
        throw UsageError(
          "script-not-in-image", "'\(script.place)' is not in \(reference.familiar)",
          help: "name the script by its path from the image's WORKDIR, or by its whole path there")
      }
    }
    plan = try RemotePlan(
      script, arguments: request.arguments, image: described, settings: image.run,
      environment: environment, folders: workspace.folders(of: image), knowsTree: stored != nil)
    unchecked = stored == nil ? script.place.description : nil
  }

  /// Below WORKDIR, unless it is absolute: nobody knows where the image's files came from.
  private static func script(
    _ path: String, in image: RunImage, _ workspace: Workspace
  ) -> LaunchScript {
    let directory = TreePath(image.execution.workingDirectory ?? "/")
    let place = path.hasPrefix("/") ? TreePath(path) : directory.appending(TreePath(path))
    let own = ProjectPath.resolve(path, in: workspace.start)
    return LaunchScript(place: place, firstLine: (try? ScriptPath.firstLine(of: own)) ?? "")
  }

  func inputs(_ further: [Input], returning: [RunOutput]) throws -> RunInputs {
    let key = try SecretKey(workspace.store())
    return try RunInputs(
      plan, imageDigest: digest, further: further, outputs: returning, settings: image.run,
      folders: workspace.folders(of: image), stateDirectory: workspace.stateDirectory,
      keyed: key.hash)
  }

  func needs() throws -> RunNeeds {
    try workspace.needs(
      of: reference, resolved.config,
      compressedSize: resolved.manifest.layers.reduce(0) { $0 + $1.size }, manifest: digest)
  }

  func send() -> RemoteWork {
    if let unchecked {
      workspace.terminal.note(
        "\(reference.familiar) is not here: whether '\(DiagnosticPrinter.printable(unchecked))' is "
          + "in it was not looked at")
    }
    return .image(
      ImageReference(
        registry: reference.registry, repository: reference.repository, tag: nil, digest: digest))
  }
}

import BuildEngine
import Launching
import OCI
import Project
import State

/// An image of the project: it is built, and sent to its registry.
struct BuiltCargo: RemoteCargo {
  private let config: ImageConfig
  private let plan: RemotePlan
  private let build: ImageBuild
  private let push: PushTarget
  private let result: ImageBuild.Result
  private let workspace: Workspace

  var imageDigest: Digest? { result.manifest }
  var ownEnvironment: [String] { config.config?.environment ?? [] }
  var arguments: [String] { plan.arguments }
  var environment: [Assignment] { plan.environment }
  var outputs: [RunOutput] { plan.outputs }

  /// Brings the image up to date here; nothing is sent.
  ///
  /// - Parameters:
  ///   - isSilent: Nothing is said of an image that is up to date.
  ///   - prepare: Called before a build, if there is one.
  init(
    _ request: TrainRequest, of image: ImageDefinition, _ build: ImageBuild,
    environment: [Assignment], silently isSilent: Bool, first prepare: () throws -> Void
  ) throws {
    workspace = build.workspace
    self.build = build
    push = PushTarget(workspace, image, given: [])
    // Where it goes must be known before anything is done.
    _ = try push.repositories()
    result = try build.bring(image, silently: isSilent, first: prepare)
    let stored = try StoredImage(result.manifest, in: workspace.store())
    let described = RunImage(
      digest: result.manifest, lowers: [], tree: stored.tree, config: stored.config,
      places: try workspace.state().targets.places(result.target.target))
    let script = try ScriptPath.inImage(
      request.script, from: workspace.project.root.path, context: image.context,
      places: described.places, tree: described.tree)
    config = stored.config
    plan = try RemotePlan(
      script, arguments: request.arguments, image: described, settings: image.run,
      environment: environment, folders: workspace.folders(of: image))
  }

  func inputs(_ further: [Input], returning: [RunOutput]) throws -> RunInputs {
    let key = try SecretKey(workspace.store())
    return try RunInputs(
      plan, imageDigest: result.manifest, further: further, outputs: returning,
      settings: push.image.run, folders: workspace.folders(of: push.image),
      stateDirectory: workspace.stateDirectory, keyed: key.hash)
  }

  func needs() throws -> RunNeeds {
    guard let place = try push.repositories().first else {
      throw ProjectError.noPushDestination(image: push.image.name)
    }
    return try workspace.needs(
      of: place.with(digest: result.manifest), config, manifest: result.manifest)
  }

  func send() throws -> RemoteWork {
    let references = try ImagePush(build: build, given: []).send(result, push)
    guard let first = references.first else {
      throw ProjectError.noPushDestination(image: push.image.name)
    }
    return .image(
      ImageReference(
        registry: first.registry, repository: first.repository, tag: nil, digest: result.manifest))
  }
}

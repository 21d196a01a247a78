import BuildEngine
import Launching
import OCI
import Project
import State
import Storage

/// What a train in an image would be made from now.
struct TrainInputs {
  let plan: RunPlan
  let inputs: RunInputs

  /// - Parameter environment: Of the command line.
  init(
    _ request: TrainRequest, of image: ImageDefinition, _ described: RunImage,
    environment: [Assignment], resources: RunResources = RunResources(),
    _ folders: ProjectFolders, _ workspace: Workspace
  ) throws {
    plan = try Self.plan(
      request, of: image, described, environment: environment, resources: resources, folders,
      workspace)
    let key = try SecretKey(workspace.store())
    inputs = try RunInputs(
      plan, imageDigest: described.digest, settings: image.run, folders: folders,
      stateDirectory: workspace.stateDirectory, keyed: key.hash)
  }

  static func plan(
    _ request: TrainRequest, of image: ImageDefinition, _ described: RunImage,
    environment: [Assignment], resources: RunResources, gpus: GPUGrant = GPUGrant(),
    _ folders: ProjectFolders, _ workspace: Workspace
  ) throws -> RunPlan {
    let script = try ScriptPath.inImage(
      request.script, from: folders.root, context: image.context, places: described.places,
      tree: described.tree)
    let configuration = workspace.project.configuration
    let checkpoints = try CheckpointFolder(configuration, image: described, folders: folders)
    return try RunPlan(
      .script(script, arguments: request.arguments), image: described, settings: image.run,
      environment: environment, folders: folders, resources: resources,
      gpus: gpus, told: configuration.variables(checkpoints), checkpoints: checkpoints)
  }
}

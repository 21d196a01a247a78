import Launching
import OCI
import Project
import State

/// What a run gets of the machine and the project, beside its image.
extension ImageLaunch {
  func subject(
    _ request: TrainRequest, digest: Digest, _ plan: RunPlan
  ) -> SupervisedBeginning.Subject {
    var subject = SupervisedBeginning.Subject(
      image: image.name, script: request.script, arguments: request.arguments, digest: digest)
    subject.machine = local.engine == .docker ? .docker : .sandbox
    subject.facts.command = plan.arguments
    subject.facts.environment = plan.given
    subject.facts.resources = plan.resources
    return subject
  }

  /// Inside a user namespace, all processes end with the command that made it.
  func checkDetaching() throws {
    guard local.detach, Session.isResumed else { return }
    if local.engine == .docker {
      throw UsageError(
        "no-detaching", "for a normal user, a build ends with its command, and takes the run along",
        help: "run 'runctl build' first, then this command again")
    }
    throw UsageError(
      "no-detaching", "for a normal user, a run in the sandbox ends with its command",
      help: "run it as root, by --engine docker, or under 'nohup runctl train … &'")
  }

  func gpus() throws -> GPUGrant {
    if make.isDryRun || make.isQuestion { return GPUGrant() }
    return try local.engine == .docker
      ? GPUGrant.docker(resources.gpus) : GPUGrant.find(resources.gpus)
  }

  /// No GPU is worth a word where there seems to be one, or the image wants one.
  func warn(of grant: GPUGrant, _ described: RunImage) {
    let wants = CUDANeed(environment: described.execution.environment ?? []) != nil
    let isTold = workspace.project.configuration.monitoring.warns
    guard grant.isEmpty, resources.gpus != .none, isTold else { return }
    if let remedy = grant.remedy {
      workspace.terminal.note("warning: the run gets no GPU (--gpus none: not told)")
      workspace.terminal.note("  " + workspace.terminal.styled("help: ", .cyan) + remedy)
    } else if wants {
      workspace.terminal.note(
        "warning: the image is made for CUDA, and there is no GPU for it here "
          + "(--gpus none: not told)")
    }
  }

  func checkpoints(_ described: RunImage?) throws -> CheckpointFolder? {
    try CheckpointFolder(workspace.project.configuration, image: described, folders: folders)
  }

  func told(_ checkpoints: CheckpointFolder?) -> [Assignment] {
    workspace.project.configuration.variables(checkpoints)
  }

  /// A train that may go on from a checkpoint.
  struct Going {
    /// With the checkpoint's path in its arguments.
    var request: TrainRequest
    /// What the script is told beside them.
    var variables: [Assignment] = []
    var facts: [Input] = []
  }

  /// How the train goes on; as it was typed without `--resume`.
  /// - Parameter described: nil without a container.
  func resumption(of request: TrainRequest, _ described: RunImage?) throws -> Going {
    guard resumes else { return Going(request: request) }
    let checkpoint = try checkpoint(in: checkpoints(described))
    let arguments = Checkpoint.filledIn(request.arguments, checkpoint)
    return Going(
      request: TrainRequest(script: request.script, arguments: arguments),
      variables: [checkpoint?.assignment].compactMap(\.self),
      facts: [checkpoint?.fact].compactMap(\.self))
  }

  /// What to go on from; that there is nothing is said.
  private func checkpoint(in folder: CheckpointFolder?) throws -> Checkpoint? {
    guard let folder else {
      throw UsageError(
        "no-checkpoints", "--resume needs a folder of checkpoints, and none is configured",
        help: "name it in .runctl.toml: [checkpoint] dir = \"checkpoints\"")
    }
    let newest = folder.newest()
    workspace.terminal.note(
      newest.map { "resuming from '\($0.name)'" }
        ?? "no checkpoint in '\(folder.directory)': starting anew")
    return newest
  }
}

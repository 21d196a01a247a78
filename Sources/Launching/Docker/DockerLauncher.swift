import Diagnostics
import Dispatch
import FileSystem
import FoundationEssentials
import Glibc
import OCI
import Processes
import Project
package import State

/// Runs images on this machine, by its Docker daemon: the same contract as ``LocalLauncher``'s.
package struct DockerLauncher: Sendable {
  private let state: ProjectState
  private let docker = DockerProgram()

  package init(state: ProjectState) { self.state = state }

  /// - Parameter imageID: The daemon has it.
  package func run(
    _ plan: RunPlan, imageID: String, label: RunLabel, streams: LaunchStreams,
    stopper: RunStopper = RunStopper(), moments: RunMoments = RunMoments()
  ) throws -> RunResult {
    let course = RunCourse(
      label: label, state: state, outputs: plan.outputs, checkpoints: plan.checkpoints,
      moments: moments, stopper: stopper)
    let removal = Removal(docker)
    return try course.run { directory, tee in
      DockerLeftovers().clear(state)
      let name = DockerLeftovers.name(FileTree.lastComponent(of: directory))
      try OutputFolders.prepare(plan) {
        ImageUser.find(plan.user) {
          docker.file("/etc/passwd", of: imageID, container: name, scratch: directory)
        }
      }
      removal.name = name
      let health = plan.healthcheck.map { _ in
        DockerHealthWatch(container: name, docker, directory: directory)
      }
      defer { health?.end() }
      return try attend(name, plan, stopper) {
        try Subprocess.run(
          command(name, plan, imageID, tee, streams), interruption: nil
        ).status
      }
    } gather: { directory in
      guard let name = removal.name else { return RunCourse.Yield() }
      var outputs = DockerOutputs(of: name, docker, directory: directory)
      outputs.collect(plan.outputs)
      if !outputs.isContainerNeeded { removal.perform() }
      return outputs.yield
    }
  }

  /// The container outlives its gathering only when that never comes.
  private final class Removal {
    var name: String?
    private let docker: DockerProgram

    init(_ docker: DockerProgram) { self.docker = docker }

    func perform() {
      if let name { _ = try? docker.text("rm", "--force", "--volumes", name) }
    }
  }

  private func command(
    _ name: String, _ plan: RunPlan, _ imageID: String, _ tee: OutputTee, _ streams: LaunchStreams
  ) -> Command {
    var run = DockerRun(plan, name: name, image: imageID)
    run.labels = [DockerProgram.label: name]
    let secrets = plan.given.filter(\.isSecret)
    run.inheritedVariables = secrets.map(\.name)
    run.environment = plan.environment.filter { entry in
      !secrets.contains { $0.name == NamedValue(entry)?.name }
    }
    var command = Command(["docker", "run"] + run.words)
    command.environment = ProcessVariables.replacing(ProcessVariables.callers, by: secrets)
    command.output = tee.output(.output, to: streams.output)
    command.errors = tee.output(.errors, to: streams.errors)
    return command
  }

  /// The daemon's program must stay to the end, so signals go to the container by the daemon.
  private func attend(
    _ name: String, _ plan: RunPlan, _ stopper: RunStopper, _ body: () throws -> ExitStatus
  ) throws -> RunRecord.Ending {
    let queue = DispatchQueue(label: "docker signals")
    let observation = stopper.interruption?.observe { [docker] request in
      let signal: Int32 =
        switch request {
        case .stop(.interrupt): SIGINT
        case .stop(.terminate): plan.stopSignal
        case .kill: SIGKILL
        }
      queue.async { _ = try? docker.text("kill", "--signal", "\(signal)", name) }
    }
    let status = try body()
    _ = consume observation
    queue.sync {}
    guard let state = try containerState(name) else {
      throw LaunchError.dockerFailed(code: status.code)
    }
    if state.OOMKilled, state.ExitCode == 128 + SIGKILL { return .outOfMemory }
    if !state.Error.isEmpty { throw LaunchError.dockerRefused(reason: state.Error) }
    // 139 may be SIGSEGV's and may be what a program like `sh` ended with: the daemon has nothing
    // but the number, so that it stays one.
    return .exited(code: state.ExitCode)
  }

  /// What `docker inspect` says, in its words.
  private struct ContainerState: Decodable {
    let ExitCode: Int32
    let OOMKilled: Bool
    let Error: String
  }

  private func containerState(_ name: String) throws -> ContainerState? {
    try docker.text("inspect", "--format", "{{json .State}}", name).flatMap {
      try? JSONDecoder().decode(ContainerState.self, from: Data($0.utf8))
    }
  }
}

import Diagnostics
import Dispatch
import FileSystem
import Glibc
import OCI
import Processes
import Project
package import State
import Synchronization

/// Runs images on this machine, by its Docker daemon: the same contract as ``LocalLauncher``'s.
package struct DockerLauncher: Sendable {
  private let state: ProjectState
  private let docker = DockerProgram()
  private let leftovers = DockerLeftovers()

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
      try leftovers.clear(state)
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
      let container = DockerContainer(name: name, docker: docker)
      do {
        return try attend(container, plan, stopper) {
          try runToItsEnd(container, plan, imageID, in: directory, tee, streams)
        }
      } catch let error as LaunchError where error == .containerUnreachable(name: name) {
        // What it goes on with may be all that there will be.
        removal.name = nil
        throw error
      }
    } gather: { directory in
      guard let name = removal.name else { return RunCourse.Yield() }
      var outputs = DockerOutputs(of: name, docker, directory: directory)
      outputs.collect(plan.outputs)
      if !outputs.isContainerNeeded { removal.perform() }
      return outputs.yield
    }
  }

  private func runToItsEnd(
    _ container: DockerContainer, _ plan: RunPlan, _ imageID: String, in directory: String,
    _ tee: OutputTee, _ streams: LaunchStreams
  ) throws -> DockerContainer.State {
    let note = "\(directory)/container"
    defer { try? FileTree.removeFile(note) }
    let watched = try Subprocess.run(
      command(container.name, plan, imageID, note, tee, streams), interruption: nil
    ).status
    guard try FileTree.readIfPresent(note)?.isEmpty == false,
      let state = try container.end(after: watched, tee, streams)
    else { throw LaunchError.dockerFailed(code: watched.code) }
    return state
  }

  /// The container outlives its gathering only when that never comes.
  private final class Removal {
    var name: String?
    private let docker: DockerProgram

    init(_ docker: DockerProgram) { self.docker = docker }

    func perform() {
      // Without force: one that still runs is worth more than tidiness.
      if let name { _ = try? docker.text("rm", "--volumes", name) }
    }
  }

  /// - Parameter note: A file where the program says that there is a container.
  private func command(
    _ name: String, _ plan: RunPlan, _ imageID: String, _ note: String, _ tee: OutputTee,
    _ streams: LaunchStreams
  ) -> Command {
    var run = DockerRun(plan, name: name, image: imageID)
    run.labels = leftovers.labels(name, plan.outputs)
    let secrets = plan.given.filter(\.isSecret)
    run.inheritedVariables = secrets.map(\.name)
    run.environment = plan.environment.filter { entry in
      !secrets.contains { $0.name == NamedValue(entry)?.name }
    }
    var command = Command(["docker", "run", "--cidfile", note] + run.words)
    command.environment = ProcessVariables.replacing(ProcessVariables.callers, by: secrets)
    command.output = tee.output(.output, to: streams.output)
    command.errors = tee.output(.errors, to: streams.errors)
    return command
  }

  /// The daemon's program must stay to the end, so signals go to the container by the daemon.
  private func attend(
    _ container: DockerContainer, _ plan: RunPlan, _ stopper: RunStopper,
    _ body: () throws -> DockerContainer.State
  ) throws -> RunRecord.Ending {
    let queue = DispatchQueue(label: "docker signals")
    let (isOver, isKilled) = (Flag(), Flag())
    let observation = stopper.interruption?.observe { request in
      let signal: Int32 =
        switch request {
        case .stop(.interrupt): SIGINT
        case .stop(.terminate): plan.stopSignal
        case .kill: SIGKILL
        }
      let isKill = request == .kill
      if isKill { isKilled.set() }
      // A signal that the daemon refuses makes way for the one that ends all.
      queue.async {
        container.send(signal, unless: { isOver.isSet || !isKill && isKilled.isSet })
      }
    }
    // Without this the optimiser lets it go before: nothing else uses it.
    let end = withExtendedLifetime(observation) { Result { try body() } }
    isOver.set()
    queue.sync {}
    let state = try end.get()
    if state.OOMKilled, state.ExitCode == 128 + SIGKILL { return .outOfMemory }
    if !state.Error.isEmpty { throw LaunchError.dockerRefused(reason: state.Error) }
    // 139 may be SIGSEGV's and may be what a program like `sh` ended with: the daemon has nothing
    // but the number, so that it stays one.
    return .exited(code: state.ExitCode)
  }
}

/// That something is over, for those who go on until then.
private final class Flag: Sendable {
  private let state = Atomic(false)

  var isSet: Bool { state.load(ordering: .relaxed) }

  func set() { state.store(true, ordering: .relaxed) }
}

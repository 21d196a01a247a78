import FileSystem
import Launching
import OCI
import Project
import State

extension ImageLaunch {
  /// Trains without a container.
  func trainOnHost(_ typed: TrainRequest) throws -> Int32 {
    try checkDetaching()
    let request = try typed.located(
      from: workspace.start, in: folders.root, context: folders.root)
    let checkpoints = try checkpoints(nil)
    func plan(_ request: TrainRequest, _ more: [Assignment] = []) throws -> HostRun {
      try HostRun(
        script: request.script, arguments: request.arguments, from: folders.root,
        root: folders.root, settings: image.run, environment: environment + more,
        told: told(checkpoints), checkpoints: checkpoints)
    }
    let inputs = RunInputs(
      inputs: [], outputs: try plan(request).outputs, checkpoints: checkpoints,
      alwaysRunsBecause: "without a container it can read anything on this machine")
    let train = try TrainTarget(workspace, image, request, inputs, make)
    if let answer = train.answer() { return answer }
    tellReasons(of: train)
    let why = hasDockerfile ? "--no-docker was given" : "there is no Dockerfile"
    workspace.terminal.note("\(why): training with this machine's Python")
    let unmet = [
      ("--engine docker", local.engine == .docker), ("--gpus", resources.gpus != .auto),
      ("--memory", resources.memory != nil), ("--cpus", resources.cpus != nil),
      ("--shm", resources.sharedMemory != nil),
    ].filter(\.1).map(\.0)
    if !unmet.isEmpty {
      workspace.terminal.note(
        "warning: without a container nothing comes of \(unmet.joined(separator: ", "))")
    }
    let lock = try train.lock()
    // Who waited for it runs what is there now.
    let changes = workspace.pendingChanges()
    let going = try resumption(of: request, nil)
    let run = try plan(going.request, going.variables)
    var subject = SupervisedBeginning.Subject(
      image: "", script: going.request.script, arguments: going.request.arguments)
    subject.machine = .host
    subject.goal = train.goal
    subject.facts.command = run.arguments
    subject.facts.resources = resources
    subject.facts.environment = run.given
    subject.facts.others = going.facts
    let beginning = SupervisedBeginning(workspace, subject, changes)
    let supervisor = try SupervisorProcess.start(for: .host, holding: lock.descriptor)
    // The script may write where git looks.
    changes.settle()
    let started = try beginning.start(.host(run), by: supervisor)
    defer { beginning.settle() }
    return try see(started, of: train)
  }
}

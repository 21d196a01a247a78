import AWS
import BuildEngine
import Diagnostics
import FileSystem
import Glibc
import Launching
import OCI
import Project
import State
import Synchronization

/// Trains on an instance: brings there what it lacks, starts, follows, brings back.
struct RemoteTrain {
  let workspace: Workspace
  private let instance: String
  private let build: ImageBuild
  private let image: ImageDefinition
  private let environment: [Assignment]
  private let resources: RunResources
  private let options: RemoteTrainOptions
  private let make: MakeOptions
  private let places: RemotePlaces

  init(
    on instance: String, _ build: ImageBuild, _ run: RunOptions, _ limits: ResourceOptions,
    _ options: RemoteTrainOptions, _ make: MakeOptions
  ) throws {
    self.instance = try InstanceID.checked(instance)
    self.build = build
    image = try build.single()
    self.options = options
    self.make = make
    workspace = build.workspace
    environment = try run.assignments(workspace.environment)
    resources = try limits.resources(image.run)
    places = try RemotePlaces(options, workspace)
    _ = try options.dataS3.map { try RemotePlaces.location($0, "--data-s3") }
    _ = try options.outputS3.map { try RemotePlaces.location($0, "--output-s3") }
  }

  // MARK: Whether

  func train(_ typed: TrainRequest) throws -> Int32 {
    let request = try located(typed)
    if make.isDryRun || make.isQuestion, usesImage, options.dockerImage == nil,
      let answer = try build.answer(image, wouldBe: "built, pushed and run")
    {
      return answer
    }
    var preflight = Preflight(cloud: workspace.cloud, terminal: workspace.terminal)
    let cargo = try cargo(request) { try reach(&preflight) }
    func look() throws -> TrainTarget {
      let inputs = try cargo.inputs(further, returning: returning(cargo))
      return try TrainTarget(workspace, image, request, on: instance, inputs, make)
    }
    var train = try look()
    if let answer = train.answer() { return answer }
    let run: (record: RunRecord, isNew: Bool)
    do {
      let lock = try train.lock()
      defer { _ = lock }
      var twin = twin(of: train)
      // Of code it is only known once that is packed.
      let other = cargo.imageDigest == nil ? nil : try twin?.find()
      if try train.isOutdated() {
        train = try look()
        if let answer = train.answer() { return answer }
        twin = self.twin(of: train)
      }
      run = try other.map { ($0, false) } ?? begin(cargo, train, twin, preflight)
    }
    if !run.isNew {
      workspace.terminal.note("\(train.name): run \(run.record.id) does this already")
    }
    let end = RemoteEnd(
      workspace: workspace, name: train.name, stopsOnInterrupt: options.stopOnInterrupt)
    guard options.wait else {
      if run.isNew { workspace.terminal.print("\(train.name): started (run \(run.record.id))") }
      FollowedRun.tellWaysBack(to: run.record.id, workspace.terminal)
      return 0
    }
    return try end.see(run.record)
  }

  private func located(_ typed: TrainRequest) throws -> TrainRequest {
    guard options.dockerImage == nil else { return typed }
    return try typed.located(
      from: workspace.start, in: root, context: usesImage ? image.context : root)
  }

  private var root: String { workspace.project.root.path }

  private var usesImage: Bool { !options.noDocker && !image.hasNoDockerfile }

  /// - Parameter prepare: Called before a build, if there is one.
  private func cargo(
    _ request: TrainRequest, first prepare: () throws -> Void
  ) throws -> any RemoteCargo {
    if let name = options.dockerImage {
      return try NamedCargo(request, in: name, image, environment: environment, workspace)
    }
    let onlyLooks = make.isDryRun || make.isQuestion
    if usesImage {
      return try BuiltCargo(
        request, of: image, build, environment: environment, silently: onlyLooks, first: prepare)
    }
    if options.usesDocker {
      // Whoever insists wants the error that says where a Dockerfile is looked for.
      _ = try image.dockerfilePath()
    }
    if !onlyLooks {
      let why = options.noDocker ? "--no-docker was given" : "there is no Dockerfile"
      workspace.terminal.note("\(why): training with the instance's Python")
    }
    return try CodeCargo(
      request, image, environment: environment, options, places, workspace)
  }

  /// What counts beside what the cargo knows.
  private var further: [Input] {
    var inputs = [Input("machine", instance)]
    if let url = options.dataS3 { inputs.append(Input("data", url)) }
    if let url = options.outputS3 { inputs.append(Input("outputs in S3", url)) }
    return inputs
  }

  /// The outputs that come back: there must be a place between the instance and here.
  private func returning(_ cargo: any RemoteCargo) -> [RunOutput] {
    options.outputS3 != nil || places.hasBucket ? cargo.outputs : []
  }

  // MARK: Starting

  /// nil with -B.
  private func twin(of train: TrainTarget) -> RemoteTwin? {
    make.alwaysMakes
      ? nil : RemoteTwin(workspace: workspace, target: train.target, inputs: train.inputs)
  }

  /// Starts the run; from here on it goes on without this runctl.
  private func begin(
    _ cargo: any RemoteCargo, _ train: TrainTarget, _ twin: RemoteTwin?, _ preflight: Preflight
  ) throws -> (RunRecord, isNew: Bool) {
    train.tellReasons()
    try workspace.cloud.announce(to: workspace.terminal)
    workspace.terminal.note("\(train.name): on instance \(instance)")
    tellOfVolumes()
    UselessOptions(options: options, image: image, usesImage: cargo.imageDigest != nil)
      .warnings.forEach(DiagnosticPrinter(terminal: workspace.terminal).print)
    let changes = workspace.pendingChanges()
    if !options.skipChecks { try check(cargo, preflight) }
    let work = try cargo.send()
    if cargo.imageDigest == nil, let other = try twin?.find(with: work.fact) {
      return (other, false)
    }
    let record = try RemoteBeginning(
      workspace: workspace, image: image, cargo: cargo, train: train, resources: resources,
      options: options, places: places
    ).begin(work, on: instance, changes.result())
    return (record, true)
  }

  private func tellOfVolumes() {
    guard let first = image.run.volumes.first else { return }
    DiagnosticPrinter(terminal: workspace.terminal).print(
      Diagnostic(
        .warning, id: "volumes-left-out",
        "'\(first.value.source)' is a folder of this machine, and no volume of a run elsewhere",
        at: first.span, help: "bring data by --data-s3, or mount it on the instance (/mnt/data)"))
  }

  /// An instance that is mistyped or stopped is told before a build that takes minutes.
  private func reach(_ preflight: inout Preflight) throws {
    guard !options.skipChecks else { return }
    try workspace.cloud.announce(to: workspace.terminal)
    let reached = try preflight.reach(instance)
    preflight.reached = reached
    guard reached.machine == nil else { return }
    try preflight.check(instance, RunNeeds(.unknownImage)).require(telling: workspace.terminal)
  }

  /// Before anything is sent.
  private func check(_ cargo: any RemoteCargo, _ preflight: Preflight) throws {
    var needs = try cargo.needs()
    needs.gpus = resources.gpus
    try preflight.check(instance, needs).require(telling: workspace.terminal)
  }
}

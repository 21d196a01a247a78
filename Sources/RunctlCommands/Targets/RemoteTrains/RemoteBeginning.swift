import AWS
import Launching
import OCI
import Project
import State

/// What a new train on an instance is ordered with.
struct RemoteBeginning {
  let workspace: Workspace
  let image: ImageDefinition
  let cargo: any RemoteCargo
  let train: TrainTarget
  let resources: RunResources
  let options: RemoteTrainOptions
  let places: RemotePlaces

  /// - Parameter changes: How the project's files differ from its commit.
  func begin(
    _ work: RemoteWork, on instance: String, _ changes: WorkingChanges?
  ) throws -> RunRecord {
    let label = RunLabel(
      image: cargo.imageDigest == nil ? "" : image.name, script: train.request.script,
      arguments: train.request.arguments, imageDigest: cargo.imageDigest,
      machine: .instance(
        id: instance, region: try workspace.cloud.requiredRegion(),
        isContainer: cargo.imageDigest != nil),
      facts: try facts(work, changes))
    let record = try RemoteOrder(
      label: label, work: work, arguments: cargo.arguments, environment: cargo.environment,
      resources: resources, data: options.dataS3, aftermath: aftermath, changes: changes
    ).begin(workspace) { try destination(ofRun: $0)?.description }
    tellOfOutputs(ofRun: record.id)
    return record
  }

  private func destination(ofRun id: String) throws -> S3Location? {
    guard !cargo.outputs.isEmpty || options.outputS3 != nil else { return nil }
    if let url = options.outputS3 { return try RemotePlaces.location(url, "--output-s3") }
    return places.outputs(of: id)
  }

  private func tellOfOutputs(ofRun id: String) {
    guard !cargo.outputs.isEmpty, options.outputS3 == nil, !places.hasBucket else { return }
    workspace.terminal.note(
      """
      \(train.name): outputs stay on the instance, in /var/lib/runctl/runs/\(id)/outputs
        to bring them back: s3_bucket = "BUCKET" in [aws] of .runctl.toml
      """)
  }

  private var aftermath: RunAftermath {
    RunAftermath(
      image: train.target.image, detail: train.target.detail,
      inputs: train.inputs.recorded(with: []), reasons: train.reasons,
      outputs: cargo.outputs.map {
        RunAftermath.Output(
          path: $0.path, destination: $0.destination, isDirectory: $0.form == .directory,
          places: $0.places.map(\.description))
      },
      project: places.project, wantsCUDA: CUDANeed(environment: cargo.ownEnvironment) != nil)
  }

  private func facts(_ work: RemoteWork, _ changes: WorkingChanges?) throws -> [Input] {
    var facts = RunFacts()
    facts.command = cargo.arguments
    facts.environment = cargo.environment
    facts.inputs = train.inputs.inputs
    facts.resources = resources
    facts.changes = changes
    facts.others = [Input(RunFacts.account, try workspace.cloud.identity().account)]
    if let url = options.dataS3 { facts.others.append(Input("data", url)) }
    for output in cargo.outputs {
      let place = output.places.first?.description ?? output.path
      facts.others.append(Input("output \(output.path)", place))
    }
    facts.others.append(work.fact)
    return facts.list(keyed: try SecretKey(workspace.store()).hash)
  }
}

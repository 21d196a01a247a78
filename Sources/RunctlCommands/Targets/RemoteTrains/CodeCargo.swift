import AWS
import Diagnostics
import Launching
import OCI
import Project
import State
import Storage

/// The project's code, for the instance's own Python: it goes by S3.
struct CodeCargo: RemoteCargo {
  private let plan: CodePlan
  private let image: ImageDefinition
  private let workspace: Workspace
  private let options: RemoteTrainOptions
  private let place: RemotePlaces

  var imageDigest: Digest? { nil }
  var ownEnvironment: [String] { [] }
  var arguments: [String] { plan.arguments }
  var environment: [Assignment] { plan.environment }
  var outputs: [RunOutput] { plan.outputs }

  /// - Throws: `UsageError` when nobody says which bucket.
  init(
    _ request: TrainRequest, _ image: ImageDefinition, environment: [Assignment],
    _ options: RemoteTrainOptions, _ place: RemotePlaces, _ workspace: Workspace
  ) throws {
    plan = try CodePlan(
      script: request.script, arguments: request.arguments,
      from: workspace.project.root.path, settings: image.run, environment: environment,
      folders: workspace.folders(of: image))
    _ = try place.code()
    self.image = image
    self.workspace = workspace
    self.options = options
    self.place = place
  }

  func inputs(_ further: [Input], returning: [RunOutput]) throws -> RunInputs {
    RunInputs(plan, further: further, keyed: try SecretKey(workspace.store()).hash)
  }

  func needs() -> RunNeeds { workspace.needsOfCode }

  func send() throws -> RemoteWork {
    guard options.syncCode else { return try last() }
    let rules = try CodeRules(image, including: options.includePattern, workspace)
    let bundle = try CodeBundle(
      of: workspace.project.root.path, script: plan.script, rules, clock: workspace.clock(),
      into: workspace.store().makeTemporaryDirectory("code"))
    guard !bundle.hasData || options.dataS3 == nil else {
      throw UsageError(
        "data-in-the-way", "the project has a 'data' of its own, where --data-s3 would be",
        help: "leave it out by .dockerignore or --include-pattern, or call it something else")
    }
    tellLeft(bundle.privatePaths)
    let target = try place.code().appending("\(bundle.digest.hex).tar.gz")
    let objects = S3Objects(workspace.cloud.aws)
    let amount =
      "\(Quantity.count(bundle.fileCount, "file")), \(Quantity.bytes(bundle.size))"
    if try objects.size(of: target) == bundle.size {
      workspace.terminal.print("code: up to date (\(amount))")
    } else {
      workspace.terminal.show("sending the code (\(amount))")
      try objects.upload(bundle.path, to: target)
      workspace.terminal.show("")
      workspace.terminal.print("code: sent \(amount) to \(target)")
    }
    return .code(target, bundle.digest)
  }

  private func tellLeft(_ paths: [String]) {
    guard let first = paths.first else { return }
    let shown = paths.prefix(5).map { "'\(DiagnosticPrinter.printable($0))'" }
    let more = paths.count > shown.count ? ", and \(paths.count - shown.count) more" : ""
    DiagnosticPrinter(terminal: workspace.terminal).print(
      Diagnostic(
        .warning, id: "private-files",
        "not sent, as they look private: " + shown.joined(separator: ", ") + more,
        help: "to send one, name it: --include-pattern '**' --include-pattern "
          + DiagnosticPrinter.printable(ShellWords.line([first]))))
  }

  /// What the last run of this kind had.
  private func last() throws -> RemoteWork {
    for run in try workspace.state().runs.newest(limit: 1_000) where run.imageDigest == nil {
      if let work = RemoteWork(of: run) { return work }
    }
    throw UsageError(
      "no-code-sent", "no code of this project was sent yet", help: "leave --no-sync-code out")
  }
}

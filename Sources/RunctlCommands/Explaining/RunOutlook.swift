import BuildEngine
import Diagnostics
import FileSystem
import Launching
import OCI
import Project
import State

/// Whether a train that succeeded once would run again, if the same command were given.
struct RunOutlook {
  let workspace: Workspace
  let image: ImageDefinition
  let record: TargetRecord

  enum Verdict {
    case known(inputs: [Input], reasons: [String], isAlways: Bool)
    /// Nobody knows without the command itself.
    case unknown(String)
  }

  /// - Parameter manifest: Of the image as it is now; nil when it has to be built first.
  func verdict(_ manifest: Digest?) throws -> Verdict {
    if let machine = record.inputs.first(where: { $0.name == "machine" })?.value {
      return .unknown("it runs on \(machine): runctl aws train -n says it")
    }
    guard record.inputs.contains(where: { $0.name == "image" }) else {
      let reason = "without a container it can read anything on this machine"
      return .known(inputs: [], reasons: [reason], isAlways: true)
    }
    guard let manifest else {
      return .known(
        inputs: [], reasons: ["\(image.name):image would be built first"], isAlways: false)
    }
    guard let run = try workspace.reading().runs.run(record.output) else {
      return .unknown("its command is no longer known")
    }
    let words = SecretArguments.masked(run.arguments) { _ in "" }
    guard words == run.arguments else {
      return .unknown("its command holds a secret, and that is not kept")
    }
    do {
      return try verdict(manifest, TrainRequest(script: run.script, arguments: run.arguments))
    } catch let error as any ReportableError {
      return .unknown(error.diagnostic.message)
    }
  }

  private func verdict(_ manifest: Digest, _ request: TrainRequest) throws -> Verdict {
    let stored = try StoredImage(manifest, in: workspace.store())
    let built = Target(image: image.name, kind: .image, detail: image.target ?? "")
    let places = try workspace.reading().targets.places(built)
    let described = RunImage(
      digest: manifest, lowers: [], tree: stored.tree, config: stored.config, places: places)
    let now = try TrainInputs(
      request, of: image, described, environment: [], workspace.folders(of: image),
      workspace
    ).inputs.assuming(record.inputs)
    return .known(
      inputs: now.inputs, reasons: now.reasonsToRun(since: record.inputs),
      isAlways: now.alwaysRunsBecause != nil)
  }
}

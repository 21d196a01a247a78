import BuildEngine
import BuildPlan
import Diagnostics
import OCI
import Project
import State

/// The named inputs of an image, one by one, as they are recorded and explained.
struct ImageInputs {
  /// Stands among the inputs of an image that was made while its files changed: no later look can
  /// find it again.
  static let unsteady = Input("a context that changes", "during the build")

  let all: [Input]

  init(
    _ target: ImageTarget, source: SourceFile, plan: BuildPlan, use: ContextUse
  ) throws {
    var inputs = [
      Input("engine", "native 1"),
      Input(source.name, SHA256.digest(of: source.bytes).description),
    ]
    for path in target.image.requirements {
      guard let file = use.files.entry(at: TreePath(path)), let content = file.content else {
        continue
      }
      inputs.append(Input("requirements \(path)", content.description))
      inputs += RequirementLines.inputs(of: file, in: target.image.context)
    }
    inputs.append(Input("context", use.digest.description))
    for (key, base) in plan.bases {
      let name = "base \(key.reference.familiar)"
      let isHost = key.platform == .host
      inputs.append(
        Input(
          isHost ? name : "\(name) for \(key.platform)", base.manifest.digest.description))
    }
    for file in plan.remoteFiles {
      guard let found = plan.sources[file.source] else { continue }
      inputs.append(Input("ADD \(file.source.shown)", found.identity))
    }
    let key = try SecretKey(target.workspace.store())
    for (name, value) in plan.arguments {
      inputs.append(key.input("argument \(name)", value, named: name))
    }
    inputs += try SecretInputs.inputs(of: plan.secrets, target.secrets, key)
    for (name, value) in target.settings.labels.sorted(by: { $0.key < $1.key }) {
      inputs.append(key.input("label \(name)", value, named: name))
    }
    inputs.append(Input("stage", target.image.target ?? "the last"))
    inputs.append(Input("platform", plan.platform.description))
    inputs.append(Input("time of files", String(target.settings.epoch)))
    if target.image.normalizesModes { inputs.append(Input("permissions of files", "normalized")) }
    all = inputs
  }
}

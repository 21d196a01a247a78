import Launching
import OCI
import State

/// A run on an instance once more, on the same instance: the same image or code, by its digest, the
/// same words, environment and limits. Nothing is sent but what is to be run.
struct RemoteReplay {
  private let workspace: Workspace
  private let record: RunRecord
  private let recipe: RunRecipe

  init(_ workspace: Workspace, _ record: RunRecord, _ recipe: RunRecipe) {
    (self.workspace, self.record, self.recipe) = (workspace, record, recipe)
  }

  /// - Returns: The new run, which goes on by itself.
  func begin() throws -> RunRecord {
    guard let work = RemoteWork(of: record), let command = recipe.command,
      let aftermath = RunAftermath.read(in: workspace.runDirectory(record.id))
    else { throw ReplayError.notKept(id: record.id) }
    try workspace.cloud.announce(to: workspace.terminal)
    try workspace.requireAccount(of: record)
    // Beside where the outputs of the first run went, unless somebody named one place for all.
    return try RemoteOrder(
      label: label(command), work: work, arguments: command, environment: recipe.environment,
      resources: recipe.resources, data: record.facts.first { $0.name == "data" }?.value,
      aftermath: aftermath
    ).begin(workspace) { id in
      aftermath.place?.replacing("/\(record.id)/", with: "/\(id)/")
    }
  }

  private func label(_ command: [String]) throws -> RunLabel {
    let key = try SecretKey(workspace.store())
    let kept = record.facts.filter {
      !$0.name.hasPrefix(RunFacts.environment) && !["user", "host"].contains($0.name)
        && $0.name != RunFacts.command && $0.name != RunFacts.replayed
    }
    var facts = RunFacts()
    (facts.command, facts.environment) = (command, recipe.environment)
    facts.others = kept + [Input(RunFacts.replayed, record.id)]
    return RunLabel(
      image: record.image, script: record.script, arguments: recipe.arguments,
      imageDigest: record.imageDigest.flatMap { Digest($0) }, machine: record.machine,
      facts: facts.list(keyed: key.hash))
  }
}

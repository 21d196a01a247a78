import Launching
import OCI
import Project
import State

/// Starts a run under a supervisor, bound to all that it is made from.
struct SupervisedBeginning {
  /// What is known of a run before it is known who runs it.
  struct Subject {
    let image: String
    let script: String
    let arguments: [String]
    var digest: Digest?
    var machine = RunMachine.sandbox
    var facts = RunFacts()
    /// nil for one that is no target.
    var goal: SupervisionRequest.Goal?
  }

  private let workspace: Workspace
  private let subject: Subject
  /// nil for a run whose image is not of what is checked out now.
  private let changes: PendingChanges?

  init(_ workspace: Workspace, _ subject: Subject, _ changes: PendingChanges?) {
    self.workspace = workspace
    self.subject = subject
    self.changes = changes
  }

  /// What the run is recorded as. What git says of it may come later.
  func label() throws -> RunLabel {
    RunLabel(
      image: subject.image, script: subject.script, arguments: subject.arguments,
      imageDigest: subject.digest, machine: subject.machine,
      // Most runs have no secrets, and some need no store.
      facts: try subject.facts.list { try SecretKey(workspace.store()).hash($0) })
  }

  /// Keeps what git says as soon as it has said it. A run of which that cannot be kept is still a run.
  func keepChanges(of id: String) {
    changes?.whenKnown { [workspace] changes in
      try? workspace.state().runs.add(changes.facts, to: id)
      try? changes.keep(in: workspace.runDirectory(id))
    }
  }

  /// Waits until that is done.
  func settle() { changes?.settle() }

  func start(
    _ work: SupervisionRequest.Work, by supervisor: consuming SupervisorProcess
  ) throws -> LocalStartedRun {
    let run = try supervisor.run(
      SupervisionRequest(
        work: work, label: label(), stateDirectory: workspace.stateDirectory, goal: subject.goal,
        timeout: subject.facts.resources.timeout.map { $0 / .seconds(1) },
        logCopy: workspace.logCopy),
      state: workspace.state())
    keepChanges(of: run.id)
    return run
  }
}

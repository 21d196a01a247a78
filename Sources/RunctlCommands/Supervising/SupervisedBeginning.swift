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

  /// Asks git from here on.
  init(_ workspace: Workspace, _ subject: Subject, asksGit: Bool = true) {
    self.workspace = workspace
    self.subject = subject
    changes = asksGit ? workspace.pendingChanges() : nil
  }

  /// What the run is recorded as; waits for git.
  func label() throws -> RunLabel {
    var facts = subject.facts
    facts.changes = changes?.result()
    return RunLabel(
      image: subject.image, script: subject.script, arguments: subject.arguments,
      imageDigest: subject.digest, machine: subject.machine,
      // Most runs have no secrets, and some need no store.
      facts: try facts.list { try SecretKey(workspace.store()).hash($0) })
  }

  /// A run whose changes cannot be kept is still a run.
  /// - Parameter directory: The run's folder.
  func keepChanges(in directory: String) { try? changes?.result()?.keep(in: directory) }

  func start(
    _ work: SupervisionRequest.Work, by supervisor: consuming SupervisorProcess
  ) throws -> LocalStartedRun {
    let run = try supervisor.run(
      SupervisionRequest(
        work: work, label: label(), stateDirectory: workspace.stateDirectory, goal: subject.goal,
        timeout: subject.facts.resources.timeout.map { $0 / .seconds(1) },
        logCopy: workspace.logCopy),
      state: workspace.state())
    keepChanges(in: run.directory)
    return run
  }
}

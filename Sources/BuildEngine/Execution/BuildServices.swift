import Diagnostics
import LayerArchive
import OCI
package import Processes
package import Registry
package import Sandbox
package import Storage

/// What a build works with. Made once an invocation, by whoever names concrete parts.
package struct BuildServices: Sendable {
  package let store: Store
  /// The root of the project that is built.
  let project: String
  package let registry: RegistryClient
  /// Where a sandbox comes from when a command must really run.
  package let makeSandbox: @Sendable () throws -> Sandbox
  package let interruption: Interruption
  package let events: EventSink
  /// How many jobs run at once.
  package let jobs: Int
  /// Whether a failure stops only what depends on it.
  let keepsGoing: Bool
  let reader: RootReader
  let snapshots: SnapshotMaker

  package init(
    store: Store, project: String, registry: RegistryClient,
    makeSandbox: @escaping @Sendable () throws -> Sandbox, interruption: Interruption, jobs: Int,
    keepsGoing: Bool = false, events: @escaping EventSink
  ) {
    self.store = store
    self.project = project
    self.registry = registry
    self.makeSandbox = makeSandbox
    self.interruption = interruption
    self.jobs = jobs
    self.keepsGoing = keepsGoing
    self.events = events
    reader = RootReader(store)
    snapshots = SnapshotMaker(store: store, form: .ofCaller)
  }

  /// Runs a graph's jobs until all are done or one has failed.
  package func run<Job: Sendable>(
    _ graph: JobGraph<Job>,
    execute: @escaping @Sendable (Job) throws -> Void
  ) -> [any Error] {
    let runner = JobRunner(
      graph, slots: [.work: jobs, .transfer: max(4, jobs / 2)], keepsGoing: keepsGoing,
      shouldStop: { [interruption] in interruption.requested != nil }, execute: execute)
    return runner.run()
  }
}

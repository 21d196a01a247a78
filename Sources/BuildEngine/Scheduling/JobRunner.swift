import Dispatch
import Synchronization

/// Runs a graph's jobs on slots. Knows nothing of images.
///
/// A slot is a serial queue: a concurrent queue does not give a thread to each job that blocks. The
/// group counts the jobs that have not ended; a job starts its dependents before it leaves the
/// group, so that the group is empty only at the end.
package final class JobRunner<Job: Sendable>: Sendable {
  private struct Progress {
    var schedule: Schedule
    var failures: [(job: Int, error: any Error)] = []
  }

  private let graph: JobGraph<Job>
  private let execute: @Sendable (Job) throws -> Void
  private let shouldStop: @Sendable () -> Bool
  private let progress: Mutex<Progress>
  private let slots: [Lane: [DispatchQueue]]
  private let running = DispatchGroup()

  /// - Parameters:
  ///   - slots: How many jobs of each lane run at once; at least one.
  ///   - keepsGoing: Whether a failure stops only what waits for it.
  ///   - shouldStop: Asked before each start.
  package init(
    _ graph: JobGraph<Job>, slots: [Lane: Int], keepsGoing: Bool,
    shouldStop: @escaping @Sendable () -> Bool,
    execute: @escaping @Sendable (Job) throws -> Void
  ) {
    self.graph = graph
    self.execute = execute
    self.shouldStop = shouldStop
    self.slots = Dictionary(
      uniqueKeysWithValues: Lane.allCases.map { lane in
        let used = graph.nodes.count { $0.lane == lane }
        let count = min(max(1, slots[lane] ?? 1), used)
        return (lane, (0..<count).map { DispatchQueue(label: "runctl.\(lane).\($0)") })
      })
    progress = Mutex(
      Progress(
        schedule: Schedule(
          jobs: graph.nodes.map { ($0.lane, $0.dependencies.map(\.index)) },
          slots: self.slots.mapValues(\.count), keepsGoing: keepsGoing)))
  }

  /// Returns when no job runs any more and none can start.
  /// - Returns: What went wrong, in order of the jobs; empty when all is done.
  package func run() -> [any Error] {
    startReadyJobs()
    running.wait()
    return progress.withLock { progress in
      progress.failures.sorted { $0.job < $1.job }.map(\.error)
    }
  }

  private func startReadyJobs() {
    let isStopping = shouldStop()
    let starts = progress.withLock { progress in
      if isStopping { progress.schedule.stop() }
      return progress.schedule.start()
    }
    for start in starts {
      slots[start.lane]?[start.slot].async(group: running) { [self] in
        let result = Result { try execute(graph[JobGraph<Job>.ID(index: start.job)]) }
        progress.withLock { progress in
          if case .failure(let error) = result { progress.failures.append((start.job, error)) }
          progress.schedule.finish(start.job, succeeded: (try? result.get()) != nil)
        }
        startReadyJobs()
      }
    }
  }
}

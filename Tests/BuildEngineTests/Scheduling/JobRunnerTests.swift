import Glibc
import Synchronization
import TestSupport
import Testing

@testable import BuildEngine

struct JobRunnerTests {
  private struct Failure: Error, Equatable {
    let job: Int
  }

  /// What the jobs saw while they ran.
  private struct Log {
    var started: [Int] = []
    var ended: Set<Int> = []
    var active: [Lane: Int] = [:]
    var most: [Lane: Int] = [:]
    /// Jobs that began before something that they wait for had ended.
    var early: [Int] = []
  }

  private struct Graph {
    var jobs = JobGraph<Int>()
    var lanes: [Lane] = []
    var dependencies: [[Int]] = []
    var failing: Set<Int> = []

    init(_ chance: inout SeededGenerator) {
      var ids: [JobGraph<Int>.ID] = []
      for job in 0..<Int.random(in: 0...40, using: &chance) {
        let some = (0..<job).filter { _ in Int.random(in: 0..<6, using: &chance) == 0 }
        let lane: Lane = Int.random(in: 0..<4, using: &chance) == 0 ? .transfer : .work
        ids.append(jobs.add(job, lane: lane, after: some.map { ids[$0] }))
        lanes.append(lane)
        dependencies.append(some)
        if Int.random(in: 0..<8, using: &chance) == 0 { failing.insert(job) }
      }
    }

    /// Jobs that a failure can reach, the failing ones that run not among them.
    var doomed: Set<Int> {
      var found: Set<Int> = []
      for (job, waits) in dependencies.enumerated()
      where waits.contains(where: { found.contains($0) || failing.contains($0) }) {
        found.insert(job)
      }
      return found
    }

    func run(slots: [Lane: Int], keepsGoing: Bool) -> (log: Log, failures: [Failure]) {
      let log = Mutex(Log())
      let runner = JobRunner(
        jobs, slots: slots, keepsGoing: keepsGoing,
        shouldStop: { false },
        execute: { [self] job in
          log.withLock { log in
            log.started.append(job)
            if !log.ended.isSuperset(of: dependencies[job]) { log.early.append(job) }
            log.active[lanes[job], default: 0] += 1
            log.most[lanes[job]] = max(log.most[lanes[job]] ?? 0, log.active[lanes[job]] ?? 0)
          }
          log.withLock { log in
            log.active[lanes[job], default: 0] -= 1
            log.ended.insert(job)
          }
          if failing.contains(job) { throw Failure(job: job) }
        })
      let failures = runner.run().compactMap { $0 as? Failure }
      return (log.withLock { $0 }, failures)
    }
  }

  private func check(_ log: Log, slots: [Lane: Int]) {
    #expect(Set(log.started).count == log.started.count, "a job ran twice")
    #expect(log.early.isEmpty)
    #expect(log.ended.count == log.started.count, "run() came back too early")
    for (lane, most) in log.most { #expect(most <= slots[lane] ?? 1) }
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func runsEachJobOnceAfterWhatItWaitsFor(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    var graph = Graph(&chance)
    graph.failing = []
    let slots: [Lane: Int] = [.work: .random(in: 1...5, using: &chance), .transfer: 2]
    let (log, failures) = graph.run(slots: slots, keepsGoing: false)
    check(log, slots: slots)
    #expect(log.started.count == graph.jobs.count)
    #expect(failures.isEmpty)
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func keepsGoingWithWhatNoFailureReaches(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let graph = Graph(&chance)
    let slots: [Lane: Int] = [.work: .random(in: 1...5, using: &chance)]
    let (log, failures) = graph.run(slots: slots, keepsGoing: true)
    check(log, slots: slots)
    let expected = Set(0..<graph.jobs.count).subtracting(graph.doomed)
    #expect(log.ended == expected)
    #expect(failures.map(\.job) == expected.intersection(graph.failing).sorted())
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func stopsAtTheFirstFailure(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let graph = Graph(&chance)
    let (log, failures) = graph.run(slots: [.work: 1], keepsGoing: false)
    check(log, slots: [.work: 1])
    #expect(log.ended.isDisjoint(with: graph.doomed))
    // Of each lane, one that runs already may still fail.
    #expect(failures.count <= 2)
    #expect(failures.isEmpty == log.ended.isDisjoint(with: graph.failing))
  }

  @Test(arguments: [0, 1, 5])
  func startsNothingMoreOnceStopped(limit: Int) {
    var graph = JobGraph<Int>()
    for job in 0..<10 { _ = graph.add(job) }
    let started = Atomic<Int>(0)
    let runner = JobRunner(
      graph, slots: [.work: 1], keepsGoing: true,
      shouldStop: { started.load(ordering: .relaxed) >= limit },
      execute: { _ in started.wrappingAdd(1, ordering: .relaxed) })
    #expect(runner.run().isEmpty)
    #expect(started.load(ordering: .relaxed) == limit)
  }

  /// Each waits for the other to have begun: with fewer slots this would never end.
  @Test func jobsThatBlockDoNotTakeEachOthersThreads() {
    var graph = JobGraph<Int>()
    for job in 0..<12 { _ = graph.add(job, lane: .work) }
    let begun = Atomic<Int>(0)
    let runner = JobRunner(
      graph, slots: [.work: 12], keepsGoing: false, shouldStop: { false },
      execute: { _ in
        begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
        while begun.load(ordering: .sequentiallyConsistent) < 12 { sched_yield() }
      })
    #expect(runner.run().isEmpty)
  }
}

/// Which job may run now, and on which slot. A value: what happens is told to it, nothing happens
/// in it.
struct Schedule: Sendable {
  /// The life of a job.
  enum JobState: Sendable, Equatable {
    /// So many jobs that it waits for have not ended.
    case waiting(for: Int)
    /// All that it waits for is done; no slot is free yet.
    case ready
    case running(slot: Int)
    case done
    case failed
    /// It will never run: something that it waits for failed, or the whole was stopped.
    case skipped
  }

  struct Start: Equatable {
    let job: Int
    let lane: Lane
    let slot: Int
  }

  private(set) var states: [JobState]
  private let lanes: [Lane]
  private let dependents: [[Int]]
  private let keepsGoing: Bool
  private var ready: [Lane: [Int]] = [:]
  private var freeSlots: [Lane: [Int]]
  private var isStopped = false

  /// - Parameters:
  ///   - jobs: For each job its lane and the positions of the jobs that it waits for.
  ///   - slots: How many jobs of a lane may run at once.
  ///   - keepsGoing: Whether a failure stops only what waits for it.
  init(jobs: [(lane: Lane, dependencies: [Int])], slots: [Lane: Int], keepsGoing: Bool) {
    var dependents = [[Int]](repeating: [], count: jobs.count)
    for (index, job) in jobs.enumerated() {
      for dependency in Set(job.dependencies) { dependents[dependency].append(index) }
    }
    self.dependents = dependents
    self.keepsGoing = keepsGoing
    lanes = jobs.map(\.lane)
    states = jobs.map { .waiting(for: Set($0.dependencies).count) }
    freeSlots = slots.mapValues { Array((0..<$0).reversed()) }
    for index in jobs.indices where states[index] == .waiting(for: 0) { makeReady(index) }
  }

  private mutating func makeReady(_ job: Int) {
    states[job] = .ready
    ready[lanes[job], default: []].append(job)
  }

  /// Takes as many ready jobs as there are free slots, the one that was ready first before others.
  mutating func start() -> [Start] {
    guard !isStopped else { return [] }
    var started: [Start] = []
    for lane in Lane.allCases {
      while let job = ready[lane]?.first, let slot = freeSlots[lane]?.popLast() {
        ready[lane]?.removeFirst()
        states[job] = .running(slot: slot)
        started.append(Start(job: job, lane: lane, slot: slot))
      }
    }
    return started
  }

  mutating func finish(_ job: Int, succeeded: Bool) {
    guard case .running(let slot) = states[job] else { return }
    freeSlots[lanes[job]]?.append(slot)
    states[job] = succeeded ? .done : .failed
    if succeeded { release(job) } else { abandon(dependentsOf: job) }
    if !succeeded, !keepsGoing { stop() }
  }

  private mutating func release(_ job: Int) {
    for dependent in dependents[job] {
      guard case .waiting(let count) = states[dependent] else { continue }
      if count == 1 { makeReady(dependent) } else { states[dependent] = .waiting(for: count - 1) }
    }
  }

  private mutating func abandon(dependentsOf job: Int) {
    var rest = dependents[job]
    while let next = rest.popLast() {
      guard case .waiting = states[next] else { continue }
      states[next] = .skipped
      rest += dependents[next]
    }
  }

  /// Nothing starts any more; what runs ends by itself.
  mutating func stop() {
    isStopped = true
    for (index, state) in states.enumerated() {
      switch state {
      case .waiting, .ready: states[index] = .skipped
      default: break
      }
    }
  }
}

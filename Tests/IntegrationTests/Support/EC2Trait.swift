import Dispatch
import Synchronization
import Testing

/// Gives a suite one machine of its own, ``EC2Machine/current``: one takes seconds to start.
///
/// Its tests mostly wait: they run on threads of their own, beside the tests that compute.
struct EC2Trait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(WaitingThreads.shared) {
      await EC2Turns.shared.enter()
      defer { EC2Turns.shared.leave() }
      let machine = try EC2Machine()
      try await EC2Machine.$current.withValue(machine) { try await function() }
    }
  }
}

extension Trait where Self == EC2Trait {
  static var onEC2: Self { Self() }
}

/// Runs tasks on as many threads as they block.
private final class WaitingThreads: TaskExecutor {
  static let shared = WaitingThreads()

  private let queue = DispatchQueue(label: "tests that wait", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Two suites have a machine at a time: each has a Docker daemon, a registry and an AWS.
///
/// Not an actor, which would wait for its turn behind all tests that compute.
private final class EC2Turns: Sendable {
  static let shared = EC2Turns()

  private struct State {
    var free = 2
    var queue: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func enter() async {
    await withCheckedContinuation { turn in
      let isFree = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.queue.append(turn)
        return false
      }
      if isFree { turn.resume() }
    }
  }

  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.queue.isEmpty else { return state.queue.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}

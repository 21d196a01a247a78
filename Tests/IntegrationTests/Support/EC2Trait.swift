import Dispatch
import Testing

/// Gives a suite one machine of its own, ``EC2Machine/current``: one takes seconds to start.
///
/// Its tests mostly wait: they run on threads of their own, beside the tests that compute.
struct EC2Trait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await EC2Turns.shared.take {
      try await withTaskExecutorPreference(WaitingThreads.shared) {
        let machine = try EC2Machine()
        try await EC2Machine.$current.withValue(machine) { try await function() }
      }
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
private actor EC2Turns {
  static let shared = EC2Turns()

  private var free = 2
  private var queue: [CheckedContinuation<Void, Never>] = []

  nonisolated func take(_ body: () async throws -> Void) async rethrows {
    await enter()
    do { try await body() } catch {
      await leave()
      throw error
    }
    await leave()
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { queue.append($0) }
    }
  }

  private func leave() {
    if queue.isEmpty { free += 1 } else { queue.removeFirst().resume() }
  }
}

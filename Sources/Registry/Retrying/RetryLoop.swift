/// Counts the failures of one task and waits between its tries.
struct RetryLoop {
  let policy: RetryPolicy
  let clock: any RetryClock
  let isCancelled: @Sendable () -> Bool
  /// What a setback is when nothing more is tried.
  let verdict: (Setback) -> RegistryError
  private var failures = 0

  init(
    policy: RetryPolicy, clock: any RetryClock,
    isCancelled: @escaping @Sendable () -> Bool, verdict: @escaping (Setback) -> RegistryError
  ) {
    self.policy = policy
    self.clock = clock
    self.isCancelled = isCancelled
    self.verdict = verdict
  }

  /// Something was achieved since the last failure: patience begins anew.
  mutating func progressed() { failures = 0 }

  /// Waits until it is time for the next try.
  /// - Throws: What the setback means when there is none.
  mutating func wait(after setback: Setback) throws {
    failures += 1
    let asked = pauseAskedFor(by: setback)
    guard failures < attempts(for: setback), let pause = policy.pause(after: failures, asked: asked)
    else {
      if let asked, asked > policy.longestWait {
        throw RegistryError.retryLater(
          host: setback.origin.authority, seconds: asked.components.seconds)
      }
      throw verdict(setback)
    }
    clock.sleep(for: pause, unless: isCancelled)
    if isCancelled() { throw RegistryError.cancelled }
  }

  private func attempts(for setback: Setback) -> Int {
    if case .transport(let failure) = setback { failure.attempts } else { .max }
  }

  private func pauseAskedFor(by setback: Setback) -> Duration? {
    guard case .status(let response) = setback else { return nil }
    return RetryAfter.pause(in: response, now: clock.unixSeconds())
  }
}

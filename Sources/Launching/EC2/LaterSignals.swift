import Glibc
import Processes

/// Signals that come from now on: one that came before was answered, and what has to be done because
/// of it can be done.
enum LaterSignals {
  /// - Parameter body: Gets an interruption that only they reach.
  static func of<Result>(
    _ interruption: Interruption?, _ body: (Interruption) throws -> Result
  ) rethrows -> Result {
    let later = Interruption()
    let caller = pthread_self()
    let observation = interruption?.observe { request in
      // What came before is told at once, on this thread.
      guard pthread_equal(pthread_self(), caller) == 0 else { return }
      later.deliver(request == .stop(.interrupt) ? .interrupt : .terminate)
    }
    defer { withExtendedLifetime(observation) {} }
    return try body(later)
  }
}

extension Interruption {
  /// Waits; a signal ends it, or came before.
  func pause(_ duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end, requested == nil { usleep(50_000) }
  }
}

import Synchronization

/// When each host may be spoken to again: a "come back later" to one thread holds for all.
final class HostPacing: Sendable {
  private let notBefore = Mutex<[WebAddress.Origin: Duration]>([:])

  /// - Parameter time: On the retry clock.
  func hold(_ origin: WebAddress.Origin, until time: Duration) {
    notBefore.withLock { $0[origin] = max($0[origin] ?? time, time) }
  }

  /// How long to wait from `now` on; zero when there is no need to.
  func wait(for origin: WebAddress.Origin, now: Duration) -> Duration {
    notBefore.withLock { max(.zero, ($0[origin] ?? .zero) - now) }
  }
}

import Synchronization

/// How each host wants to be spoken to: a "come back later" to one thread holds for all, and for a
/// while afterwards the threads take turns instead of asking all at once.
final class HostPacing: Sendable {
  /// Held by the thread that speaks to a host that has had enough.
  final class Turn: Sendable {
    private let lock = Mutex(())

    func take<Result: Sendable>(_ body: () throws -> Result) throws -> Result {
      try lock.withLock { _ in try body() }
    }
  }

  private struct Pace {
    var notBefore = Duration.zero
    var inTurnsUntil = Duration.zero
    let turn = Turn()
  }

  private static let caution = Duration.seconds(10)

  private let paces = Mutex<[WebAddress.Origin: Pace]>([:])

  /// - Parameters:
  ///   - pause: How long nobody is to ask.
  ///   - now: On the retry clock, as below.
  func slowDown(_ origin: WebAddress.Origin, pause: Duration, now: Duration) {
    paces.withLock { paces in
      var pace = paces[origin] ?? Pace()
      pace.notBefore = max(pace.notBefore, now + pause)
      pace.inTurnsUntil = max(pace.inTurnsUntil, now + pause + Self.caution)
      paces[origin] = pace
    }
  }

  /// How long to wait; zero when there is no need to.
  func wait(for origin: WebAddress.Origin, now: Duration) -> Duration {
    paces.withLock { max(.zero, ($0[origin]?.notBefore ?? .zero) - now) }
  }

  /// - Returns: nil when everybody may ask at will.
  func turn(for origin: WebAddress.Origin, now: Duration) -> Turn? {
    paces.withLock { paces in
      guard let pace = paces[origin], now < pace.inTurnsUntil else { return nil }
      return pace.turn
    }
  }
}

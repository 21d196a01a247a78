import Glibc

/// Between two looks at a run of this machine: a short pause at first, for a run that is over in no
/// time; after a while one that a person does not notice, and that costs next to nothing.
///
/// The system could tell when something happens (inotify(7)), but whoever stops listening to it is
/// held up for some 15 ms by the kernel, at each look; and only so many processes may listen at once.
struct GrowingPause {
  private static let shortest = Duration.milliseconds(2)
  private static let longest = Duration.milliseconds(50)

  /// How long to pause when nothing has happened for `elapsed`.
  static func length(after elapsed: Duration) -> Duration {
    min(max(elapsed / 4, shortest), longest)
  }

  private let start: ContinuousClock.Instant

  /// - Parameter silence: For how long nothing had happened before.
  init(after silence: Duration) { start = .now - max(silence, .zero) }

  /// - Parameter limit: The most that it may take.
  func wait(atMost limit: Duration) {
    let pause = min(Self.length(after: .now - start), limit)
    usleep(UInt32(max(0, pause / .microseconds(1))))
  }
}

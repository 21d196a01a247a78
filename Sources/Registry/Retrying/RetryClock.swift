import Glibc

/// Time, as far as retrying needs it.
protocol RetryClock: Sendable {
  /// Only goes forward; its zero means nothing.
  func now() -> Duration
  /// Seconds since 1970-01-01T00:00:00Z, for times that a server writes.
  func unixSeconds() -> Int64
  /// Returns early when `isCancelled` says so.
  func sleep(for duration: Duration, unless isCancelled: () -> Bool)
}

struct SystemRetryClock: RetryClock {
  func now() -> Duration { MonotonicTime.now() }

  func unixSeconds() -> Int64 { Int64(time(nil)) }

  func sleep(for duration: Duration, unless isCancelled: () -> Bool) {
    let end = now() + duration
    while !isCancelled() {
      let left = end - now()
      guard left > .zero else { return }
      // In slices: a signal that another thread gets does not end this thread's sleep.
      let slice = min(left, .milliseconds(50))
      var time = timespec()
      time.tv_nsec = Int(slice.components.attoseconds / 1_000_000_000)
      nanosleep(&time, nil)
    }
  }
}

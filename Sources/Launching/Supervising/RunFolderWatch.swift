import Glibc

/// Wakes who waits for something to happen in a run's folder: its log grows, its lock is let go.
/// Where the system watches nothing more, whoever waits looks again after a tenth of a second.
///
/// Source: inotify(7).
struct RunFolderWatch: ~Copyable {
  private static let pause = Duration.milliseconds(100)

  /// Negative where there are too many watches already.
  private let descriptor: Int32

  /// - Parameter directory: Absolute.
  init(_ directory: String) {
    let events = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    // The lock is open for writing with its holder alone.
    let mask = UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO)
    if events >= 0, inotify_add_watch(events, directory, mask) < 0 {
      close(events)
      descriptor = -1
    } else {
      descriptor = events
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Waits until something happens, or the time is over, and forgets what happened.
  func wait(for duration: Duration) {
    // poll(2) passes over a negative one.
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let limit = descriptor < 0 ? min(duration, Self.pause) : duration
    let milliseconds = min(max(0, limit / .milliseconds(1)), 86_400_000)
    guard poll(&watched, 1, Int32(milliseconds)) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while read(descriptor, &buffer, buffer.count) > 0 {}
  }
}

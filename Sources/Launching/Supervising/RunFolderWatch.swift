import FileSystem
import Glibc

/// Wakes who waits for something to happen in a run's folder: its log grows, its lock is let go.
///
/// Source: inotify(7).
struct RunFolderWatch: ~Copyable {
  private let events: File

  /// - Parameter directory: Absolute.
  init(_ directory: String) throws(FileError) {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard descriptor >= 0 else { throw FileError("watch", directory) }
    // The lock is open for writing with its holder alone.
    guard
      inotify_add_watch(descriptor, directory, UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO))
        >= 0
    else {
      let error = FileError("watch", directory)
      close(descriptor)
      throw error
    }
    events = File(descriptor: descriptor, path: directory)
  }

  /// Waits until something happens, or the time is over, and forgets what happened.
  func wait(for duration: Duration) {
    var watched = pollfd(fd: events.descriptor, events: Int16(POLLIN), revents: 0)
    let milliseconds = min(max(0, duration / .milliseconds(1)), 86_400_000)
    guard poll(&watched, 1, Int32(milliseconds)) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while read(events.descriptor, &buffer, buffer.count) > 0 {}
  }
}

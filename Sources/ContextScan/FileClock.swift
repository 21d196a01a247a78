package import FileSystem
import Glibc

/// What time it is for the files of a context, and how finely their times are kept.
///
/// A seam: tests put a coarse clock in its place, as other kernels and file systems have.
package protocol FileClock: Sendable {
  /// A time that no file changed before this call can be newer than.
  func now() -> FileTime
  /// How far apart two changes must be to get different times, in nanoseconds.
  var granularity: FileTime { get }
  /// Returns when a change made now gets another time than `moment`.
  func waitUntil(after moment: FileTime) throws
}

/// Asks the file system itself, by touching a file on it: its clock may run behind the system's.
package struct TouchedFileClock: FileClock {
  private let path: String
  package let granularity: FileTime

  /// - Parameter directory: On the same file system as the context; when nothing can be written
  ///   there, the system's coarse clock, from which kernels take file times, stands in.
  package init(directory: String) {
    path = directory + "/clock"
    let touched = Self.touch(path) ?? SystemClock.now()
    // Whole seconds: a file system that keeps no fractions (FAT counts in steps of two).
    granularity = touched % 1_000_000_000 == 0 ? 2_000_000_000 : SystemClock.granularity
  }

  package func now() -> FileTime { Self.touch(path) ?? SystemClock.now() }

  /// A time stamp from the future (a clock that was set back) is not waited for.
  package func waitUntil(after moment: FileTime) {
    let start = now()
    guard moment - start < granularity else { return }
    while now() - moment < granularity { usleep(1_000) }
  }

  private static func touch(_ path: String) -> FileTime? {
    guard let file = try? File.open(path, flags: O_WRONLY | O_CREAT),
      futimens(file.descriptor, nil) == 0
    else { return nil }
    return try? file.status().modified
  }
}

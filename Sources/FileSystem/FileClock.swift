import Glibc

/// What time it is for files, and how finely their times are kept.
///
/// A seam: tests put a coarse clock in its place, as other kernels and file systems have.
package protocol FileClock: Sendable {
  /// A time that no file changed before this call can be newer than.
  func now() -> FileTime
  /// How far apart two changes must be to get different times, in nanoseconds.
  var granularity: FileTime { get }
  /// Returns when it is later than `moment` by `distance` nanoseconds.
  func waitUntil(after moment: FileTime, by distance: FileTime) throws
}

extension FileClock {
  /// Returns when a change made now gets another time than this file has.
  ///
  /// Each time by itself: one that is in the future is not waited for, and must not hide the other.
  package func waitUntil(after status: FileStatus) throws {
    let distance = max(granularity, status.coarseness)
    for moment in [status.modified, status.changed] {
      try waitUntil(after: moment, by: distance)
    }
  }
}

extension FileStatus {
  /// What the times themselves show of the file system that keeps them, which need not be the
  /// clock's: whole seconds, in both, are those of one without fractions (FAT counts in steps of
  /// two). Zero where there are fractions.
  package var coarseness: FileTime {
    let second: FileTime = 1_000_000_000
    return modified % second == 0 && changed % second == 0 ? 2 * second : 0
  }
}

/// Asks the file system itself, by touching a file on it: its clock may run behind the system's.
package struct TouchedFileClock: FileClock {
  private let path: String
  package let granularity: FileTime

  /// - Parameter directory: Where the clock's file is; when nothing can be written there, the
  ///   system's coarse clock, from which kernels take file times, stands in.
  package init(directory: String) {
    path = directory + "/clock"
    let touched = Self.touch(path) ?? SystemClock.now()
    // Whole seconds: a file system that keeps no fractions.
    granularity = touched % 1_000_000_000 == 0 ? 2_000_000_000 : SystemClock.granularity
  }

  package func now() -> FileTime { Self.touch(path) ?? SystemClock.now() }

  /// A time stamp from the future (a clock that was set back) is not waited for.
  package func waitUntil(after moment: FileTime, by distance: FileTime) {
    let start = now()
    guard moment - start < distance else { return }
    while now() - moment < distance { usleep(1_000) }
  }

  private static func touch(_ path: String) -> FileTime? {
    guard let file = try? File.open(path, flags: O_WRONLY | O_CREAT),
      futimens(file.descriptor, nil) == 0
    else { return nil }
    return try? file.status().modified
  }
}

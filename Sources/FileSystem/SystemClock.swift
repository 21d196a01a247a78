import CLinux
import Glibc

/// The clock that kernels take file times from.
package enum SystemClock {
  /// How far apart two times must be to differ, in nanoseconds: one tick.
  package static let granularity: FileTime = {
    var tick = timespec()
    guard clock_getres(CLOCK_REALTIME_COARSE, &tick) == 0, tick.tv_nsec > 0 else {
      return 10_000_000
    }
    return FileTime(tick.tv_sec) * 1_000_000_000 + FileTime(tick.tv_nsec)
  }()

  package static func now() -> FileTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return FileTime(now.tv_sec) * 1_000_000_000 + FileTime(now.tv_nsec)
  }
}

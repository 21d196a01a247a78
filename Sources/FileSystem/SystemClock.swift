import CLinux
import Glibc

/// The clock that kernels take file times from.
package enum SystemClock {
  package static func now() -> FileTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    return FileTime(now.tv_sec) * 1_000_000_000 + FileTime(now.tv_nsec)
  }
}

import CLinux
import FileSystem
import Glibc

/// Makes the mount namespace the command's own.
enum PrivateMounts {
  private static let controlGroups = "/sys/fs/cgroup"

  /// - Parameters:
  ///   - scratch: Covered by a file system in memory.
  ///   - hidesControlGroups: crun refuses to run where both versions of them are mounted, even when
  ///     it is told to leave them alone; what it does not see does not trouble it.
  static func prepare(scratch: String, hidesControlGroups: Bool) throws(SandboxError) {
    let isolate = clinux_ms_private | clinux_ms_rec
    guard clinux_mount(nil, "/", nil, isolate, nil) == 0 else {
      throw setupFailure("isolate the mounts")
    }
    let careful = clinux_ms_nosuid | clinux_ms_nodev
    guard clinux_mount("scratch", scratch, "tmpfs", careful, "mode=0700") == 0 else {
      throw setupFailure("mount a file system in memory at '\(scratch)'")
    }
    guard clinux_mount("proc", "/proc", "proc", careful | clinux_ms_noexec, nil) == 0 else {
      throw setupFailure("mount /proc")
    }
    guard hidesControlGroups, FileTree.exists(controlGroups) else { return }
    guard clinux_mount("none", controlGroups, "tmpfs", careful, "size=4k") == 0 else {
      throw setupFailure("cover '\(controlGroups)'")
    }
  }
}

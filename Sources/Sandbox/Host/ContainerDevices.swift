import CLinux
import Glibc

/// Sees to it that no device file of the image can be opened.
enum ContainerDevices {
  /// Mounts the root of a container that does not run yet without devices. crun drops that flag
  /// from the mount that it is given.
  static func deny(inContainerOf process: pid_t) throws(SandboxError) {
    let child = clinux_fork()
    if child == 0 {
      let namespace = clinux_open("/proc/\(process)/ns/mnt", O_RDONLY | O_CLOEXEC, 0)
      guard namespace >= 0, clinux_enter_namespace(namespace, clinux_new_mounts) == 0 else {
        _exit(errno)
      }
      var status = statvfs()
      guard statvfs("/", &status) == 0 else { _exit(errno) }
      let readOnly = status.f_flag & UInt(ST_RDONLY) != 0 ? clinux_ms_rdonly : 0
      let flags = clinux_ms_remount | clinux_ms_bind | clinux_ms_nodev | readOnly
      _exit(clinux_mount(nil, "/", nil, flags, nil) == 0 ? 0 : errno)
    }
    var found: pid_t = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    guard child > 0, clinux_reap(child, true, &found, &code, &signal) == 0 else {
      throw setupFailure("start a process")
    }
    guard code == 0, signal == 0 else {
      throw setupFailure("keep the container from devices", errno: signal == 0 ? code : EINTR)
    }
  }
}

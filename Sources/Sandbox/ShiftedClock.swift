import CLinux

/// Another time of day for a command: programs that ask their C library get what the kernel says
/// and a number of seconds more.
///
/// The kernel has one clock of that kind for all (time_namespaces(7) have others), so a small library
/// is put before those of each program, by the file that glibc's loader reads. It is not in the
/// environment, and nothing of it stays in the root. Not shown to programs without a loader, to
/// those of other C libraries, and to times of files, which are the kernel's.
package struct ShiftedClock: Sendable, Hashable {
  package let seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }

  /// Whether there is one for this kind of machine.
  package static var isAvailable: Bool { clinux_clock_size() > 0 }

  private static let library = "/dev/runctl-clock.so"
  /// Source: ld.so(8), "FILES".
  private static let loaderFile = "/etc/ld.so.preload"

  /// What a sandbox mounts for it; nothing where there is none.
  package var mounts: [SandboxMount] {
    guard Self.isAvailable else { return [] }
    return [
      SandboxMount(
        .file(contents: bytes, mode: 0o755, uid: 0, gid: 0), target: Self.library,
        isReadOnly: true),
      SandboxMount(
        .file(contents: Array("\(Self.library)\n".utf8), mode: 0o644, uid: 0, gid: 0),
        target: Self.loaderFile, isReadOnly: true),
    ]
  }

  private var bytes: [UInt8] {
    var bytes = Array(
      UnsafeBufferPointer(start: clinux_clock_bytes(), count: clinux_clock_size()))
    withUnsafeBytes(of: seconds.littleEndian) { number in
      bytes.replaceSubrange(clinux_clock_offset()..<(clinux_clock_offset() + 8), with: number)
    }
    return bytes
  }
}

import CLinux
import FileSystem
import Glibc

/// The signals that the supervisor waits for, as a descriptor.
struct SignalEvents: ~Copyable {
  enum Event: Equatable {
    case childEnded
    case windowChanged
  }

  private let file: File

  init() throws(SandboxError) {
    let signals = [SIGCHLD, SIGWINCH]
    let descriptor = clinux_signal_descriptor(signals, signals.count)
    guard descriptor >= 0 else { throw setupFailure("wait for signals") }
    file = File(descriptor: descriptor, path: "signals")
  }

  var descriptor: Int32 { file.descriptor }

  func next() -> Event? {
    switch clinux_next_signal(file.descriptor) {
    case 0: nil
    case SIGWINCH: .windowChanged
    default: .childEnded
    }
  }
}

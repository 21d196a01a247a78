import Glibc
import Synchronization

/// The writing end of the pipe that the second process lives by: it may be used and closed by the
/// thread of the signals while another waits for the end.
final class ControlLine: Sendable {
  private let descriptor: Mutex<Int32>

  /// Takes over the descriptor.
  init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  deinit { close() }

  /// Passes a signal's number on to the command.
  func send(signal: Int32) {
    descriptor.withLock {
      var byte = UInt8(truncatingIfNeeded: signal)
      if $0 >= 0 { _ = write($0, &byte, 1) }
    }
  }

  /// Ends everything.
  func close() {
    descriptor.withLock {
      if $0 >= 0 { _ = Glibc.close($0) }
      $0 = -1
    }
  }
}

import CLinux
import Glibc

/// How a terminal treats what is typed, kept so that it can be put back.
package struct TerminalMode: Sendable {
  package let descriptor: Int32
  private let saved: termios

  /// - Returns: nil when the descriptor is no terminal.
  package init?(of descriptor: Int32) {
    var mode = termios()
    guard tcgetattr(descriptor, &mode) == 0 else { return nil }
    self.descriptor = descriptor
    saved = mode
  }

  package func restore() { set(saved) }

  /// Every key goes to the program as it is, Ctrl-C among them.
  package func makeRaw() {
    var raw = saved
    cfmakeraw(&raw)
    set(raw)
  }

  /// From a background group too, where SIGTTOU would stop the program.
  private func set(_ mode: termios) {
    var block = sigset_t()
    var before = sigset_t()
    sigemptyset(&block)
    sigaddset(&block, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &block, &before)
    withUnsafePointer(to: mode) { _ = tcsetattr(descriptor, TCSADRAIN, $0) }
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}

/// The size of a terminal's window, in characters.
package struct WindowSize: Sendable, Equatable {
  package var rows: UInt16
  package var columns: UInt16

  package init(rows: UInt16, columns: UInt16) {
    self.rows = rows
    self.columns = columns
  }

  /// - Returns: nil when the descriptor is no terminal.
  package init?(of descriptor: Int32) {
    var rows: UInt16 = 0
    var columns: UInt16 = 0
    guard clinux_window_size(descriptor, &rows, &columns) == 0 else { return nil }
    self.init(rows: rows, columns: columns)
  }

  package func apply(to descriptor: Int32) {
    _ = clinux_set_window_size(descriptor, rows, columns)
  }
}

import CLinux
import Glibc
import Processes

/// Carries bytes between the caller's terminal and the container's.
struct TerminalRelay {
  private let terminal: Int32
  private var isInputOpen = true
  private var isTerminalOpen = true
  /// Typed, and not yet taken by the container.
  private var pending: [UInt8] = []

  init(terminal: Int32) {
    self.terminal = terminal
    _ = clinux_set_nonblocking(terminal)
  }

  /// The container's window is as large as the caller's.
  func resize() { WindowSize(of: 0)?.apply(to: terminal) }

  var watched: [pollfd] {
    let readsInput = isInputOpen && pending.isEmpty
    return [
      pollfd(readsInput ? 0 : -1), pollfd(isTerminalOpen ? terminal : -1),
      pollfd(pending.isEmpty ? -1 : terminal, writing: true),
    ]
  }

  mutating func pump(_ ready: ArraySlice<pollfd>) {
    let (input, output, room) = (
      ready[ready.startIndex].revents, ready[ready.startIndex + 1].revents,
      ready[ready.startIndex + 2].revents
    )
    if input != 0 { readInput() }
    if output != 0 { _ = copyOutput() }
    if input != 0 || room != 0 { writePending() }
  }

  /// What the container wrote before it ended.
  mutating func drain() {
    while isTerminalOpen, copyOutput() {}
  }

  private mutating func readInput() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(0, &buffer, buffer.count)
    if count > 0 { pending = Array(buffer[..<count]) }
    if count == 0 {
      isInputOpen = false
      // The end of the caller's input is Ctrl-D for a terminal.
      pending = [4]
    }
    if count < 0, errno != EINTR, errno != EAGAIN { isInputOpen = false }
  }

  private mutating func writePending() {
    guard !pending.isEmpty else { return }
    let count = pending.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
    if count > 0 { pending.removeFirst(count) }
    if count < 0, errno != EAGAIN, errno != EINTR { pending = [] }
  }

  private mutating func copyOutput() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(terminal, &buffer, buffer.count)
    guard count > 0 else {
      // EIO: nobody has the other side open.
      if count == 0 || errno == EIO { isTerminalOpen = false }
      return false
    }
    var written = 0
    buffer.withUnsafeBytes { bytes in
      while written < count {
        let some = write(1, bytes.baseAddress?.advanced(by: written), count - written)
        if some < 0, errno == EINTR || errno == EAGAIN { continue }
        if some <= 0 { break }
        written += some
      }
    }
    return true
  }
}

import Glibc

/// The reading end of a child's output, and what becomes of the bytes.
struct OutputSink: ~Copyable {
  /// -1 once it is closed, which poll(2) passes over.
  private(set) var descriptor: Int32
  private let destination: Command.Output
  private var splitter = LineSplitter()
  private(set) var captured: [UInt8] = []

  /// Takes over the descriptor; -1 is a sink for an output that does not come here.
  init(descriptor: Int32 = -1, to destination: Command.Output = .null) {
    self.descriptor = descriptor
    self.destination = destination
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  var isOpen: Bool { descriptor >= 0 }

  /// Reads what is there, at most one buffer.
  /// - Returns: Whether there may be more at once.
  mutating func readOnce() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EAGAIN || errno == EINTR { return errno == EINTR }
    guard count > 0 else {
      close()
      return false
    }
    take(buffer[..<count])
    return true
  }

  /// Reads all that is there now, without waiting for more.
  mutating func drain() {
    while isOpen, readOnce() {}
  }

  /// The stream is over: what has no line end is given out as it is.
  mutating func close() {
    guard isOpen else { return }
    Glibc.close(descriptor)
    descriptor = -1
    if case .lines(let body) = destination { splitter.finish(body) }
  }

  private mutating func take(_ bytes: ArraySlice<UInt8>) {
    switch destination {
    case .capture(let limit):
      captured.append(contentsOf: bytes.prefix(max(0, limit - captured.count)))
    case .lines(let body): splitter.add(bytes, body)
    case .chunks(let body): body(Array(bytes))
    case .null, .inherit, .descriptor, .joined: break
    }
  }
}

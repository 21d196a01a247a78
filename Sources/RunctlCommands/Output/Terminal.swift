import Glibc
import Synchronization

/// Where text goes. The only code that knows whether somebody is watching.
final class Terminal: Sendable {
  static let standard = Terminal()

  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  /// Whether progress can be drawn over.
  let isLive: Bool
  private let colorsOutput: Bool
  private let colorsErrors: Bool
  /// What stands on the last line and is not finished.
  private let pending = Mutex("")

  private init() {
    // https://no-color.org: any value that is not empty.
    let isPlain = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
    colorsOutput = isatty(STDOUT_FILENO) == 1 && !isPlain && !isDumb
    colorsErrors = isatty(STDERR_FILENO) == 1 && !isPlain && !isDumb
    isLive = isatty(STDERR_FILENO) == 1 && !isDumb
  }

  /// Writes a line of results to standard output.
  func print(_ line: String) {
    write(line + "\n", to: STDOUT_FILENO)
  }

  /// Writes a line about what is happening to standard error.
  func note(_ line: String) {
    write(line + "\n", to: STDERR_FILENO)
  }

  /// Writes what a program printed, as it is.
  /// - Returns: Whether somebody still reads.
  func pass(_ bytes: [UInt8], toErrors: Bool) -> Bool {
    pending.withLock { pending in
      if !pending.isEmpty { _ = put(Array("\r\u{1b}[K".utf8), STDERR_FILENO) }
      pending = ""
      return put(bytes, toErrors ? STDERR_FILENO : STDOUT_FILENO)
    }
  }

  /// Writes a question, whose answer is typed behind it.
  func ask(_ question: String) { write(question, to: STDERR_FILENO) }

  /// Replaces the unfinished last line; an empty text removes it.
  func show(_ line: String) {
    guard isLive else { return }
    pending.withLock { pending in
      put((pending.isEmpty ? "" : "\r\u{1b}[K") + line, STDERR_FILENO)
      pending = line
    }
  }

  private func write(_ text: String, to descriptor: Int32) {
    pending.withLock { pending in
      if !pending.isEmpty { put("\r\u{1b}[K", STDERR_FILENO) }
      put(text, descriptor)
      if !pending.isEmpty { put(pending, STDERR_FILENO) }
    }
  }

  private func put(_ text: String, _ descriptor: Int32) {
    _ = put(Array(text.utf8), descriptor)
  }

  /// Text that nobody reads any more is no reason to fail.
  private func put(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  func styled(_ text: String, _ styles: Style..., onErrors: Bool = true) -> String {
    guard onErrors ? colorsErrors : colorsOutput else { return text }
    return "\u{1b}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1b}[0m"
  }

  /// In characters; 80 when nobody knows.
  var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

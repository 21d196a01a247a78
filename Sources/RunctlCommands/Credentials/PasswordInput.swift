import FileSystem
import Glibc
import Processes
import Project
import Registry

/// Passwords come by standard input: from a program, or from a person, who does not see them.
enum PasswordInput {
  /// In bytes; no password or token is longer.
  private static let limit = 64 << 10

  /// The first line of what another program writes.
  static func line() throws -> Secret {
    let text = try read(until: nil)
    guard !text.isEmpty else {
      throw UsageError(
        "no-password", "--password-stdin gets no password",
        help: "write it to the command: printenv TOKEN | runctl … --password-stdin")
    }
    return Secret(text)
  }

  /// The same, for a command that may start once more as root of a user namespace: what is read is
  /// there for that one as well.
  static func repeatableLine() throws -> Secret {
    let secret = try line()
    if geteuid() != 0 {
      let file = try memoryFile(Array((secret.reveal() + "\n").utf8), name: "password")
      dup2(file.descriptor, STDIN_FILENO)
    }
    return secret
  }

  static var hasPerson: Bool { isatty(STDIN_FILENO) == 1 }

  /// - Parameter isSecret: Whether what is typed stays unseen.
  static func ask(_ question: String, isSecret: Bool, _ terminal: Terminal) throws -> String {
    terminal.ask(question + ": ")
    guard isSecret else { return try readUnlessInterrupted() }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return try readUnlessInterrupted() }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      terminal.ask("\n")
    }
    return try readUnlessInterrupted()
  }

  /// A person who thinks better of it gets the terminal back as it was.
  private static func readUnlessInterrupted() throws -> String {
    let pipe = try Pipe()
    let descriptor = pipe.writer.descriptor
    let observation = Interruption.shared.observe { _ in _ = Glibc.write(descriptor, "x", 1) }
    let text = try read(until: pipe.reader.descriptor)
    withExtendedLifetime(observation) {}
    _ = consume observation
    return text
  }

  /// - Parameter stop: A descriptor that becomes readable when nobody waits any more.
  private static func read(until stop: Int32?) throws -> String {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      var events = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&events, 2, -1) > 0 else { continue }
      if events[1].revents != 0 { throw RegistryError.cancelled }
      var byte: UInt8 = 0
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count == 1, byte != UInt8(ascii: "\n") else { break }
      bytes.append(byte)
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

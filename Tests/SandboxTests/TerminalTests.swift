import CLinux
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// A command with a terminal of its own, between which and the caller's the bytes are carried.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct TerminalTests {
  /// Both sides of a new terminal.
  private struct Terminal: ~Copyable {
    let master: File
    let slave: File

    init() throws {
      var other: Int32 = -1
      let master = clinux_open_terminal(&other)
      try #require(master >= 0)
      self.master = File(descriptor: master, path: "master")
      slave = File(descriptor: other, path: "slave")
    }
  }

  private func run(_ spec: SandboxSpec, of root: TestRoot, typed: String) throws -> (ExitStatus, String) {
    let terminal = try Terminal()
    WindowSize(rows: 33, columns: 77).apply(to: terminal.slave.descriptor)
    try terminal.master.write(Array(typed.utf8))
    let before = try #require(LocalFlags(terminal.slave.descriptor))
    let status = try root.sandbox.run(
      spec,
      streams: .init(
        input: .descriptor(terminal.slave.descriptor),
        output: .descriptor(terminal.slave.descriptor),
        errors: .descriptor(terminal.slave.descriptor)), interruption: nil)
    #expect(LocalFlags(terminal.slave.descriptor) == before)
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(terminal.master.descriptor, &buffer, buffer.count)
    return (status, String(decoding: buffer[..<max(0, count)], as: UTF8.self))
  }

  private struct LocalFlags: Equatable {
    let flags: tcflag_t

    init?(_ descriptor: Int32) {
      var mode = termios()
      guard tcgetattr(descriptor, &mode) == 0 else { return nil }
      flags = mode.c_lflag
    }
  }

  @Test func hasATerminalOfTheSameSize() throws {
    let root = try TestRoot()
    var spec = root.shell("test -t 0 && test -t 1 && test -t 2 && stty size; exit 4")
    spec.terminal = true
    let (status, output) = try run(spec, of: root, typed: "")
    #expect(status == .exited(4))
    #expect(output.contains("33 77"))
  }

  @Test func whatIsTypedArrives() throws {
    let root = try TestRoot()
    var spec = root.shell("read line; echo \"got <$line>\"")
    spec.terminal = true
    let (status, output) = try run(spec, of: root, typed: "hello\n")
    #expect(status == .exited(0))
    #expect(output.contains("got <hello>"))
  }

  @Test func controlCIsTheCommandsAffair() throws {
    let root = try TestRoot()
    var spec = root.shell("trap 'echo caught; exit 7' INT; stty -echo; while true; do read x; done")
    spec.terminal = true
    let (status, output) = try run(spec, of: root, typed: "\u{3}")
    #expect(status == .exited(7))
    #expect(output.contains("caught"))
  }
}

import CLinux
import Dispatch
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

  /// Runs it, and types once the command says that it is ready.
  /// - Returns: How it ended, and all that the terminal showed.
  private func run(
    _ spec: SandboxSpec, of root: TestRoot, typed: String = "",
    newSize: WindowSize? = nil
  ) throws -> (ExitStatus, String) {
    let terminal = try Terminal()
    WindowSize(rows: 33, columns: 77).apply(to: terminal.slave.descriptor)
    let before = try #require(LocalFlags(terminal.slave.descriptor))
    let shown = Lines()
    let reading = DispatchGroup()
    DispatchQueue(label: "terminal").async(group: reading) {
      [master = terminal.master.descriptor] in
      shown.add(Self.show(master, typed: typed, newSize: newSize))
    }
    var spec = spec
    spec.terminal = true
    let slave = terminal.slave.descriptor
    let status = try root.sandbox.run(
      spec,
      streams: .init(
        input: .descriptor(slave), output: .descriptor(slave), errors: .descriptor(slave)),
      interruption: nil)
    #expect(LocalFlags(slave) == before)
    _ = "\u{0}".withCString { write(slave, $0, 1) }
    reading.wait()
    return (status, shown.all.joined())
  }

  /// As the terminal does for its foreground group.
  private static func signalHosts() {
    for entry in (try? Directory.entries(of: "/proc")) ?? [] {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard let process = pid_t(name), let command = try? FileTree.read("/proc/\(name)/cmdline"),
        String(decoding: command, as: UTF8.self).hasPrefix("\(TestRoot.host[0])\0internal")
      else { continue }
      kill(process, SIGWINCH)
    }
  }

  /// Reads until the NUL that the test itself writes at the end.
  private static func show(_ master: Int32, typed: String, newSize: WindowSize?) -> String {
    var shown: [UInt8] = []
    var hasTyped = false
    while shown.last != 0 {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      shown += buffer[..<count]
      if !hasTyped, String(decoding: shown, as: UTF8.self).contains("ready") {
        hasTyped = true
        _ = typed.withCString { write(master, $0, typed.utf8.count) }
        if let newSize {
          newSize.apply(to: master)
          signalHosts()
        }
      }
    }
    return String(decoding: shown, as: UTF8.self)
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
    let script = "test -t 0 && test -t 1 && test -t 2 && stty size; exit 4"
    let (status, output) = try run(root.shell(script), of: root)
    #expect(status == .exited(4))
    #expect(output.contains("33 77"))
  }

  @Test func changeOfSizeIsPassedOn() throws {
    let root = try TestRoot()
    let script = "trap 'stty size; exit 5' WINCH; echo ready; while true; do sleep 0.1; done"
    let (status, output) = try run(
      root.shell(script), of: root, newSize: WindowSize(rows: 11, columns: 22))
    #expect(status == .exited(5))
    #expect(output.contains("11 22"))
  }

  @Test func whatIsTypedArrives() throws {
    let root = try TestRoot()
    let script = "echo ready; read line; echo \"got <$line>\""
    let (status, output) = try run(root.shell(script), of: root, typed: "hello\n")
    #expect(status == .exited(0))
    #expect(output.contains("got <hello>"))
  }

  @Test func controlCIsTheCommandsAffair() throws {
    let root = try TestRoot()
    let script = "trap 'echo caught; exit 7' INT; echo ready; while true; do read x; done"
    let (status, output) = try run(root.shell(script), of: root, typed: "\u{3}")
    #expect(status == .exited(7))
    #expect(output.contains("caught"))
  }
}

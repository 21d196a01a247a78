import CLinux
import FileSystem
import FoundationEssentials
import Glibc
import Processes

/// Drives crun or runc.
///
/// `create` and `start` rather than `run`: in between, the container's mounts can be corrected, and
/// the container's first process becomes a child of ours, whose end is then known exactly.
struct RuntimeClient {
  let runtime: Runtime
  let scratch: String

  private static let container = "sandbox"

  /// What the runtime notes about the container.
  var containerState: String { "\(scratch)/state/\(Self.container)" }

  /// Makes the container, its first process waiting.
  /// - Parameter console: The socket that gets the container's terminal.
  /// - Returns: The first process.
  func create(bundle: String, console: String?) throws(SandboxError) -> pid_t {
    let process = "\(scratch)/process"
    var arguments = ["create", "--bundle", bundle, "--pid-file", process]
    if let console { arguments += ["--console-socket", console] }
    try call(arguments + [Self.container], inheritsStreams: true)
    guard let text = try? FileTree.read(process),
      let number = pid_t(String(decoding: text, as: UTF8.self))
    else {
      throw .runtimeFailed(runtime: runtime.kind.rawValue, text: "it named no process")
    }
    return number
  }

  func start() throws(SandboxError) {
    try call(["start", Self.container], inheritsStreams: false)
  }

  // MARK: Checks

  /// What ``check()`` runs, as the runtime is told of it.
  static let checkFile = "bundle/check.json"
  private var checkNumber: String { "\(scratch)/check" }

  /// Starts the check in the container.
  /// - Returns: A child; nil when it cannot be started.
  func check() -> pid_t? {
    unlink(checkNumber)
    var command = Command(
      words + ["exec", "--process", "\(scratch)/\(Self.checkFile)", "--pid-file", checkNumber]
        + [Self.container])
    (command.output, command.errors) = (.null, .null)
    return try? DetachedProcess.start(command)
  }

  /// Kills a check, in the container as well.
  func endCheck(_ process: pid_t) {
    if let text = try? FileTree.read(checkNumber),
      let number = pid_t(String(decoding: text, as: UTF8.self))
    {
      kill(number, SIGKILL)
    }
    kill(process, SIGKILL)
  }

  private var log: String { "\(scratch)/log" }

  private var words: [String] {
    [runtime.path, "--root", "\(scratch)/state", "--log", log, "--log-format", "json"]
      + (runtime.kind == .crun ? ["--cgroup-manager=disabled"] : [])
  }

  private func call(_ arguments: [String], inheritsStreams: Bool) throws(SandboxError) {
    var command = Command(words + arguments)
    command.group = .callers
    command.input = inheritsStreams ? .inherit : .null
    command.output = inheritsStreams ? .inherit : .null
    command.errors = inheritsStreams ? .inherit : .null
    let status: ExitStatus
    do throws(ProcessError) {
      status = try Subprocess.run(command, interruption: nil).status
    } catch {
      throw .runtimeFailed(runtime: runtime.kind.rawValue, text: "\(error)")
    }
    guard status.isSuccess else {
      throw .runtimeFailed(
        runtime: runtime.kind.rawValue, text: lastMessage(in: log) ?? "it gave no reason")
    }
  }

  /// Each line of the log is an object; the last error is the one that mattered.
  private func lastMessage(in log: String) -> String? {
    struct Entry: Decodable {
      let level: String?
      let msg: String
    }
    guard let bytes = try? FileTree.read(log) else { return nil }
    let entries = bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? JSONDecoder().decode(Entry.self, from: Data($0))
    }
    return (entries.last { $0.level == "error" } ?? entries.last)?.msg
  }
}

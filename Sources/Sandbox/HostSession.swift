import CLinux
import FileSystem
import FoundationEssentials
import Glibc
import Processes

/// This program's side of one run of its second process.
struct HostSession: ~Copyable {
  private let request: File
  private let controlReader: File
  private let control: ControlLine
  private let report: Pipe
  private let policy: SandboxSpec.InterruptionPolicy

  init(_ request: HostRequest, policy: SandboxSpec.InterruptionPolicy) throws(ProcessError) {
    let pipe = try Pipe()
    let answer = try Pipe()
    let file = try Self.write(request)
    self.request = file
    control = ControlLine(descriptor: clinux_duplicate(pipe.writer.descriptor, 3))
    controlReader = File(descriptor: clinux_duplicate(pipe.reader.descriptor, 3), path: "control")
    report = answer
    self.policy = policy
  }

  private static func write(_ request: HostRequest) throws(ProcessError) -> File {
    guard let bytes = try? JSONEncoder().encode(request) else {
      throw .system(operation: "write down a request", errno: EINVAL)
    }
    return try memoryFile(Array(bytes), name: "request")
  }

  /// - Returns: What the second process reported.
  func run(
    _ host: [String], streams: Sandbox.Streams, group: Command.Group, interruption: Interruption?
  ) throws(ProcessError) -> HostReport {
    var command = Command(host)
    command.input = streams.input
    command.output = streams.output
    command.errors = streams.errors
    command.group = group
    command.descriptors = [
      HostChannel.request: request.descriptor, HostChannel.control: controlReader.descriptor,
      HostChannel.report: report.writer.descriptor,
    ]
    // The second process restores the terminal, unless it is killed.
    let terminal = TerminalMode(of: 0)
    defer { if case .callers = group { terminal?.restore() } }
    try interruption?.check()
    let observation = observe(interruption)
    let completion = try Subprocess.run(command, interruption: nil)
    withExtendedLifetime(observation) {}
    _ = consume observation
    return finish(completion.status, interruption: interruption)
  }

  private func observe(_ interruption: Interruption?) -> Interruption.Observation? {
    let (control, policy) = (control, policy)
    return interruption?.observe { request in
      switch (request, policy) {
      case (.stop(let signal), .forward): control.send(signal: signal.number)
      case (.stop, .kill), (.kill, _): control.close()
      }
    }
  }

  private func finish(_ status: ExitStatus, interruption: Interruption?) -> HostReport {
    // The process has ended: all that it wrote is in the pipe.
    _ = clinux_set_nonblocking(report.reader.descriptor)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes {
      read(report.reader.descriptor, $0.baseAddress, $0.count)
    }
    if count > 0,
      let said = try? JSONDecoder().decode(HostReport.self, from: Data(bytes[..<count]))
    {
      return said
    }
    if let signal = interruption?.requested { return .failed(.interrupted(signal)) }
    let how =
      switch status {
      case .exited(let code): "it ended with code \(code)"
      case .signaled(let signal): "it was killed by signal \(signal)"
      }
    return .failed(.hostLost(reason: how))
  }
}

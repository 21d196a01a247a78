import Diagnostics
import FileSystem
import FoundationEssentials
import Glibc
import Launching
import Processes
import State

/// A process of this program that will run something, and goes on when this one ends.
///
/// It is started before it is known exactly what it is to run, and comes up in the meantime. One that
/// is told nothing ends.
struct SupervisorProcess: ~Copyable {
  private let request: File
  private let answer: File

  private init(_ request: consuming File, _ answer: consuming File) {
    self.request = request
    self.answer = answer
  }

  /// - Parameter lock: What is to be held for as long as the run goes on.
  static func start(
    for kind: RunSupervisor.Kind, holding lock: Int32? = nil
  ) throws -> SupervisorProcess {
    let request = try Pipe()
    let answer = try Pipe()
    var command = Command(["/proc/self/exe"] + RunSupervisor.words + [kind.rawValue])
    (command.output, command.errors) = (.null, .null)
    command.descriptors = [
      SupervisionChannel.request: request.reader.descriptor,
      SupervisionChannel.answer: answer.writer.descriptor,
    ]
    if let lock { command.descriptors[SupervisionChannel.lock] = lock }
    try DetachedProcess.start(command)
    // Its own ends are its own: each side sees when the other is gone.
    return SupervisorProcess(
      try copy(request.writer.descriptor), try copy(answer.reader.descriptor))
  }

  private static func copy(_ descriptor: Int32) throws -> File {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw ProcessError.system(operation: "open a descriptor", errno: errno) }
    return File(descriptor: copy, path: "supervisor")
  }

  /// Hands the request over.
  /// - Returns: The run, which is recorded and starts.
  /// - Throws: ``SupervisedFailure`` when it cannot even be recorded.
  consuming func run(_ work: SupervisionRequest, state: ProjectState) throws -> LocalStartedRun {
    let bytes = Array(try JSONEncoder().encode(work))
    try Self.send(bytes, request)
    switch try? JSONDecoder().decode(SupervisionAnswer.self, from: Data(answer.readToEnd())) {
    case .started(let directory)?: return LocalStartedRun(directory: directory, state: state)
    case .failed(let failure)?: throw SupervisedFailure(failure)
    case nil: throw ProcessError.unstartable(program: "runctl", errno: ECHILD)
    }
  }

  /// The pipe is closed afterwards: the end of it is the end of the request.
  private static func send(_ bytes: [UInt8], _ pipe: consuming File) throws {
    try pipe.write(bytes)
  }
}

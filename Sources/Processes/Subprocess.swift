import CLinux
import FileSystem
import Glibc

/// Runs programs, and leaves none behind.
///
/// Blocks the calling thread, which may be one of many. Knows nothing of containers.
package enum Subprocess {
  /// How long those who still hold a captured output may write after the program itself ended.
  static let grace = Duration.seconds(2)

  /// Runs a command to its end.
  ///
  /// - Parameter interruption: Whose signals are passed on to the command's group (to the program
  ///   alone when it is in the caller's group); nil passes none on.
  /// - Returns: How it ended, whatever its code.
  /// - Throws: ``ProcessError`` when it could not be run, or ran out of time.
  package static func run(
    _ command: Command, interruption: Interruption? = .shared
  ) throws(ProcessError) -> Completion {
    try interruption?.check()
    let program = command.arguments.first ?? ""
    let path = try ExecutableSearch.find(program, path: searchPath(of: command))
    var streams = try Streams(command)
    let child = try Child(command, path: path, descriptors: streams.childDescriptors)
    streams.closeChildEnds()
    let observation = interruption?.observe { child.pass(on: $0) }
    let isInTime = streams.pump(until: child, timeout: command.timeout)
    // The number of the group is its own until the program is reaped, and not a moment longer.
    withExtendedLifetime(observation) {}
    _ = consume observation
    let status = try child.end(kill: !isInTime)
    if let limit = command.timeout, !isInTime { throw .timedOut(program: program, after: limit) }
    return Completion(status: status, output: streams.captured(1), errors: streams.captured(2))
  }

  /// The child's own PATH decides, as with `env PATH=… program`.
  private static func searchPath(of command: Command) -> String {
    guard let environment = command.environment else { return ExecutableSearch.callersPath }
    let entry = environment.last { $0.hasPrefix("PATH=") }
    return entry.map { String($0.dropFirst(5)) } ?? ExecutableSearch.callersPath
  }
}

import CLinux
import FileSystem
import Foundation
import Testing

/// What a program did.
struct ProgramResult: CustomStringConvertible {
  /// The exit code, or 128 and the number of the signal that ended it.
  let code: Int32
  let output: String
  let errors: String

  var succeeded: Bool { code == 0 }
  /// For the comment of an expectation.
  var description: String { "exit code \(code)\n\(output)\n\(errors)" }
}

/// A program that was started, in a session of its own. Its text goes to files, so that no pipe can
/// fill up.
///
/// Not Foundation's `Process`, which waits for all that the program leaves behind as well.
final class Program {
  let identifier: pid_t
  private let words: [String]
  private let output: String
  private let errors: String
  /// Readable once it has ended.
  private let watch: Int32
  private var code: Int32?

  /// - Parameters:
  ///   - environment: All of it: nothing of the test's own is passed on.
  ///   - scratch: A folder for what it prints.
  ///   - input: A file that it reads; nil is an empty one.
  init(
    _ arguments: [String], environment: [String: String] = Machine.environment,
    directory: String = "/", scratch: String, input: String? = nil
  ) throws {
    let name = "\(scratch)/\(UUID().uuidString)"
    (words, output, errors) = (arguments, name + ".out", name + ".err")
    for path in [output, errors] { try FileTree.replace(path, with: []) }
    let streams = [
      open(input ?? "/dev/null", O_RDONLY | O_CLOEXEC), open(output, O_WRONLY | O_CLOEXEC),
      open(errors, O_WRONLY | O_CLOEXEC),
    ]
    defer { streams.forEach { close($0) } }
    identifier = try Self.start(
      ["/usr/bin/env", "--"] + arguments, environment: environment, directory: directory, streams)
    watch = clinux_pidfd_open(identifier)
    try #require(watch >= 0)
  }

  deinit {
    if !isRunning { _ = try? end() }
    close(watch)
  }

  var isRunning: Bool { !hasEnded(within: .zero) }

  /// - Parameter limit: One that takes longer hangs: it is killed with its session's group, and that
  ///   is an error.
  func wait(atMost limit: Duration = .seconds(300)) throws -> ProgramResult {
    let isInTime = hasEnded(within: limit)
    if !isInTime { Foundation.kill(-identifier, SIGKILL) }
    let result = ProgramResult(
      code: try end(), output: try Self.text(output), errors: try Self.text(errors))
    guard isInTime else { throw Hang(words: words, limit: limit, result: result) }
    return result
  }

  struct Hang: Error, CustomStringConvertible {
    let words: [String]
    let limit: Duration
    let result: ProgramResult

    var description: String { "\(words) was killed after \(limit): \(result)" }
  }

  func kill(_ signal: Int32) {
    if code == nil { Foundation.kill(identifier, signal) }
  }

  /// Ends a daemon, and waits for it.
  func terminate() {
    kill(SIGTERM)
    if !hasEnded(within: .seconds(30)) { kill(SIGKILL) }
    _ = try? end()
  }

  var errorsSoFar: String { (try? Self.text(errors)) ?? "" }
  var outputSoFar: String { (try? Self.text(output)) ?? "" }

  static func run(
    _ arguments: String..., environment: [String: String] = Machine.environment,
    directory: String = "/", scratch: String
  ) throws -> ProgramResult {
    try Program(arguments, environment: environment, directory: directory, scratch: scratch).wait()
  }

  private static func text(_ path: String) throws -> String {
    String(decoding: try FileTree.read(path), as: UTF8.self)
  }

  // MARK: Processes

  private func hasEnded(within limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    var event = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
    repeat {
      let left = (end - .now).components
      let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
      if poll(&event, 1, Int32(max(0, milliseconds))) > 0 { return true }
    } while ContinuousClock.now < end
    return false
  }

  /// Waits for the end, and takes the process away.
  private func end() throws -> Int32 {
    if let code { return code }
    var found: pid_t = 0
    var (exit, signal): (Int32, Int32) = (0, 0)
    try #require(clinux_reap(identifier, true, &found, &exit, &signal) == 0)
    let code = signal == 0 ? exit : 128 + signal
    self.code = code
    return code
  }

  private static func start(
    _ arguments: [String], environment: [String: String], directory: String, _ streams: [Int32]
  ) throws -> pid_t {
    let descriptors = streams.enumerated().map {
      clinux_descriptor(target: Int32($0.offset), source: $0.element)
    }
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var identifier: pid_t = 0
    let error = words.withUnsafeBufferPointer { words in
      variables.withUnsafeBufferPointer { variables in
        descriptors.withUnsafeBufferPointer { descriptors in
          directory.withCString { directory in
            var request = clinux_spawn(
              path: words[0], arguments: words.baseAddress, environment: variables.baseAddress,
              directory: directory, descriptors: descriptors.baseAddress,
              descriptor_count: descriptors.count, group: CLINUX_GROUP_SESSION, terminal: -1)
            return clinux_spawn(&request, &identifier)
          }
        }
      }
    }
    try #require(error == 0, "\(arguments): \(String(cString: strerror(error)))")
    return identifier
  }
}

/// Asks until it is so, for at most half a minute: for daemons that come up and processes that end.
func eventually(_ isSo: () throws -> Bool) rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(30)
  while ContinuousClock.now < end {
    if try isSo() { return true }
    usleep(20_000)
  }
  return false
}

import FileSystem
import Foundation

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

/// A program that was started. Its text goes to files, so that no pipe can fill up.
final class Program {
  private let process = Process()
  private let output: String
  private let errors: String

  var identifier: pid_t { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// - Parameters:
  ///   - environment: All of it: nothing of the test's own is passed on.
  ///   - scratch: A folder for what it prints.
  ///   - input: A file that it reads; nil is an empty one.
  init(
    _ arguments: [String], environment: [String: String] = Machine.environment,
    directory: String = "/", scratch: String, input: String? = nil
  ) throws {
    let name = "\(scratch)/\(UUID().uuidString)"
    (output, errors) = (name + ".out", name + ".err")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardInput = FileHandle.nullDevice
    if let input {
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
    }
    for path in [output, errors] { try FileTree.replace(path, with: []) }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
    // A child inherits what its thread blocks, and Dispatch's threads block nearly everything.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  func wait() throws -> ProgramResult {
    process.waitUntilExit()
    let code = process.terminationStatus
    return ProgramResult(
      code: process.terminationReason == .exit ? code : 128 + code,
      output: try Self.text(output), errors: try Self.text(errors))
  }

  func kill(_ signal: Int32) { Foundation.kill(identifier, signal) }

  /// Ends a daemon, and waits for it.
  func terminate() {
    guard process.isRunning else { return }
    kill(SIGTERM)
    process.waitUntilExit()
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

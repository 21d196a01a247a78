import FileSystem
import Foundation
import Testing

/// Files of a folder over plain HTTP, with times by which it tells whether one has changed.
final class FileServer {
  let address: String
  let folder: String
  private let program: Program

  init(in bench: Workbench) throws {
    folder = "\(bench.folder)/served-\(UUID().uuidString)"
    try FileTree.makeDirectories(folder)
    let port = try Loopback.freePort()
    address = "http://127.0.0.1:\(port)"
    program = try Program(
      [
        "python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", folder,
        "\(port)",
      ], scratch: bench.folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { stop() }

  func stop() { program.terminate() }

  /// - Parameter time: When it was changed, in seconds since 1970.
  func write(_ path: String, _ text: String, time: Int) throws {
    try FileTree.replace("\(folder)/\(path)", with: Array(text.utf8))
    var times = [timespec(tv_sec: time, tv_nsec: 0), timespec(tv_sec: time, tv_nsec: 0)]
    utimensat(AT_FDCWD, "\(folder)/\(path)", &times, 0)
  }

  /// How often it was asked for a path, and with which answer.
  func requests(for path: String) -> [String] {
    program.errorsSoFar.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"GET ([^ ]+) HTTP\/1.[01]" ([0-9]+)/).flatMap {
        String($0.output.1) == path ? String($0.output.2) : nil
      }
    }
  }
}

/// Git repositories that the test makes, over git's own protocol.
final class GitServer {
  let address: String
  private let bench: Workbench
  private let folder: String
  private let program: Program

  init(in bench: Workbench) throws {
    self.bench = bench
    folder = "\(bench.folder)/repositories"
    try FileTree.makeDirectories(folder)
    let port = try Loopback.freePort()
    address = "git://127.0.0.1:\(port)"
    program = try Program(
      [
        "git", "daemon", "--reuseaddr", "--export-all", "--base-path=\(folder)",
        "--listen=127.0.0.1", "--port=\(port)",
      ], scratch: bench.folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
  }

  deinit { stop() }

  func stop() { program.terminate() }

  /// Runs git in a repository, which is made when there is none.
  @discardableResult
  func git(_ repository: String, _ arguments: String...) throws -> String {
    let directory = path(of: repository)
    if !FileTree.exists(directory) {
      try run(["git", "init", "--quiet", "-b", "main", directory])
    }
    return try run(["git", "-C", directory] + arguments)
  }

  /// Commits files; the name of the commit comes back.
  @discardableResult
  func commit(_ repository: String, _ files: [String: String]) throws -> String {
    try git(repository, "status")
    for (path, text) in files {
      let whole = "\(self.path(of: repository))/\(path)"
      try FileTree.makeDirectories(FileTree.parentPath(of: whole))
      try FileTree.replace(whole, with: Array(text.utf8))
    }
    try git(repository, "add", "--all")
    try git(
      repository, "-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet",
      "--message", "files")
    return try git(repository, "rev-parse", "HEAD").trimmingCharacters(in: .newlines)
  }

  func path(of repository: String) -> String { "\(folder)/\(repository)" }

  @discardableResult
  private func run(_ command: [String]) throws -> String {
    let result = try Program(
      command, environment: bench.variables, scratch: bench.folder
    ).wait()
    try #require(result.succeeded, "\(command): \(result)")
    return result.output
  }
}

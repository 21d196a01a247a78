package import Diagnostics
import Glibc
import Processes

/// Asks this machine's Docker daemon, by the `docker` program: whatever that finds in the
/// environment and its own configuration (contexts, `DOCKER_HOST`) holds here as well.
package struct DockerProgram: Sendable {
  /// The daemon answers nobody, or refuses.
  package struct Failure: ReportableError, Equatable {
    package let diagnostic: Diagnostic
  }

  package init() {}

  /// A daemon that hangs answers nobody, and nobody is to wait for it for ever.
  package static let patience = Duration.seconds(60)

  /// - Parameter timeout: nil for what takes as long as a container goes on or its files are large.
  /// - Returns: What it printed; nil when it failed, which the caller is to understand.
  func text(_ words: String..., timeout: Duration? = DockerProgram.patience) throws -> String? {
    let done = try Self.ask(words, timeout)
    return done.status.isSuccess
      ? String(done.outputText.reversed().drop { $0.isNewline }.reversed()) : nil
  }

  /// - Parameter timeout: As for ``text(_:timeout:)``.
  /// - Returns: What it printed.
  /// - Throws: ``Failure`` with its own words when it failed.
  func output(_ words: String..., timeout: Duration? = DockerProgram.patience) throws -> String {
    let done = try Self.ask(words, timeout)
    guard done.status.isSuccess else {
      throw Self.failure("docker-failed", "'docker \(words.first ?? "")' failed", done)
    }
    return done.outputText
  }

  private static func ask(_ words: [String], _ timeout: Duration?) throws -> Completion {
    var command = Command(["docker"] + words)
    // A program may have written very many files.
    command.output = .capture(limit: 1 << 28)
    command.timeout = timeout
    return try Subprocess.run(command, interruption: nil)
  }

  /// What the daemon calls an image.
  /// - Returns: nil when it has none of this name or ID.
  /// - Throws: ``Failure`` when there is no daemon to be asked; `ProcessError` without `docker`.
  package func imageID(of name: String) throws -> String? {
    if let id = try text("image", "inspect", "--format", "{{.Id}}", name), !id.isEmpty {
      return id
    }
    try checkDaemon()
    return nil
  }

  /// - Throws: ``Failure`` when there is no daemon to be asked.
  func checkDaemon() throws {
    let version = try Self.ask(["version", "--format", "{{.Server.Version}}"], Self.patience)
    guard version.status.isSuccess else {
      throw Self.failure("no-docker-daemon", "the Docker daemon cannot be asked", version)
    }
  }

  /// Hands an image without a name over.
  /// - Parameters:
  ///   - archive: Reads as a `docker save` file; borrowed.
  ///   - id: What the daemon calls it if it does not say.
  /// - Returns: What the daemon calls it.
  package func load(_ archive: Int32, id: String) throws -> String {
    var command = Command(["docker", "load", "--quiet"])
    command.input = .descriptor(archive)
    let done = try Subprocess.run(command, interruption: .shared)
    guard done.status.isSuccess else {
      throw Self.failure("docker-load", "the Docker daemon takes no image", done)
    }
    guard let found = try imageID(of: Self.loadedImage(in: done.outputText) ?? id) else {
      throw Self.failure(
        "docker-load", "the Docker daemon took the image, and does not have it", done)
    }
    return found
  }

  static func loadedImage(in text: String) -> String? {
    text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("Loaded image") }
      .flatMap { $0.split(separator: " ").last }.map(String.init)
  }

  package func name(_ imageID: String, _ name: String) throws {
    _ = try output("tag", imageID, name)
  }

  private static func failure(_ id: String, _ what: String, _ done: Completion) -> Failure {
    let reason = done.errorText.split(whereSeparator: \.isNewline).last.map(String.init)
    return Failure(
      diagnostic: Diagnostic(
        id: id, what + (reason.map { ": " + $0 } ?? ""),
        help: "see what 'docker info' says, or run in the sandbox (--engine sandbox)"))
  }
}

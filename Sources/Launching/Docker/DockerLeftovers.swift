package import Diagnostics
import FileSystem
import FoundationEssentials
import Processes
import State

/// Containers of runs whose supervisor is gone: they go on, and nobody else ends them.
package struct DockerLeftovers: Sendable {
  private let docker = DockerProgram()

  /// What became of a container.
  package struct End: Sendable {
    /// What is not in its place.
    package fileprivate(set) var problems: [Diagnostic] = []
    package fileprivate(set) var isRemoved = false
  }

  package init() {}

  /// - Parameter id: Of a run that nobody watches.
  package func isRunning(_ id: String) -> Bool {
    (try? docker.text("inspect", "--format", "{{.State.Running}}", Self.name(id))) == "true"
  }

  /// - Parameter id: Of a run that is over, of which one stays where nobody could ask it for the end
  ///   or for what it made.
  package func hasContainer(_ id: String) -> Bool {
    ((try? docker.text("inspect", "--format", "{{.Id}}", Self.name(id))) ?? nil) != nil
  }

  /// Ends and removes the container of a run that nobody watches, and keeps what it made.
  ///
  /// - Parameters:
  ///   - directory: The run's folder.
  ///   - staysThere: Whether what it made stays in that folder.
  /// - Returns: nil when there was none.
  /// - Throws: When nobody can say that; ``LaunchError/containerKept(id:reason:)`` when it goes on.
  package func end(
    _ id: String, in directory: String, grace: Duration, staysThere: Bool
  ) throws -> End? {
    let container = DockerContainer(name: Self.name(id), docker: docker)
    guard try container.state() != nil else { return nil }
    let seconds = Int64((grace / .seconds(1)).rounded(.up))
    var reason = "it still runs"
    do {
      _ = try docker.output("stop", "--time", "\(seconds)", container.name, timeout: nil)
    } catch { reason = RunCourse.reason(error) }
    // What it writes is not whole before its end.
    guard try container.state()?.Running != true else {
      throw LaunchError.containerKept(id: id, reason: reason)
    }
    return remove(container.name, of: id, in: directory, staysThere: staysThere)
  }

  /// Removes those of a project's lost runs that have ended; what they made is in their folders then.
  ///
  /// - Throws: ``LaunchError/containerGoesOn(id:)`` for one that runs: it writes to the outputs that
  ///   the next run writes to.
  func clear(_ state: ProjectState) throws {
    let format = "{{.Names}} {{.Label \"\(DockerProgram.label)\"}} {{.State}}"
    let lines =
      (try? docker.text(
        "ps", "--all", "--filter", "label=" + DockerProgram.label, "--format", format)) ?? nil
    for line in (lines ?? "").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, words[1].hasPrefix(Self.prefix),
        let run = try? state.runs.run(String(words[1].dropFirst(Self.prefix.count)))
      else { continue }
      let standing = RunStanding.of(run, in: state)
      guard standing != .running else { continue }
      if ["running", "paused", "restarting"].contains(words[2]) {
        throw LaunchError.containerGoesOn(id: run.id)
      }
      // That of a run that ended properly stays only for what could not be brought back.
      guard standing == .lost else { continue }
      _ = remove(
        words[0], of: run.id, in: "\(state.runsDirectory)/\(run.id)", staysThere: true)
    }
  }

  // MARK: What it made

  private static let outputsLabel = "runctl.outputs"

  /// With the container goes the word of what to bring back from it.
  func labels(_ name: String, _ outputs: [RunOutput]) -> [String: String] {
    var labels = [DockerProgram.label: name]
    let files = outputs.filter { $0.form == .file }
    if !files.isEmpty, let bytes = try? JSONEncoder().encode(files) {
      labels[Self.outputsLabel] = String(decoding: bytes, as: UTF8.self)
    }
    return labels
  }

  /// It stays where something is, or may be, nowhere else.
  private func remove(
    _ name: String, of id: String, in directory: String, staysThere: Bool
  ) -> End {
    var outputs = DockerOutputs(of: name, docker, directory: directory)
    outputs.staysThere = staysThere
    var end = End()
    func attempt(_ body: () throws -> Void) {
      do { try body() } catch {
        end.problems.append(
          LaunchError.containerKept(id: id, reason: RunCourse.reason(error)).diagnostic)
      }
    }
    attempt { try completeLog(of: name, in: directory) }
    attempt { outputs.collect(try declaredOutputs(of: name)) }
    if end.problems.isEmpty, !outputs.isContainerNeeded {
      attempt {
        _ = try docker.output("rm", "--volumes", name)
        end.isRemoved = true
      }
    }
    end.problems += outputs.yield.problems.map(\.diagnostic)
    return end
  }

  private func declaredOutputs(of name: String) throws -> [RunOutput] {
    let format = "{{index .Config.Labels \"\(Self.outputsLabel)\"}}"
    return try Self.outputs(inLabel: docker.output("inspect", "--format", format, name))
  }

  /// - Parameter text: Empty where there are none.
  static func outputs(inLabel text: String) throws -> [RunOutput] {
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    return try JSONDecoder().decode([RunOutput].self, from: Data(text.utf8))
  }

  /// What came after its supervisor was gone.
  private func completeLog(of name: String, in directory: String) throws {
    let log = "\(directory)/log"
    guard FileTree.exists(log) else { return }
    let driver = try docker.output("inspect", "--format", "{{.HostConfig.LogConfig.Type}}", name)
    // What the daemon does not keep is not lost with the container.
    if driver.hasPrefix("none") { return }
    let tee = try OutputTee(continuing: log)
    var command = Command(["docker", "logs", name])
    command.output = tee.rest(of: .output, to: nil)
    command.errors = tee.rest(of: .errors, to: nil)
    guard try Subprocess.run(command, interruption: nil).status.isSuccess else {
      throw LaunchError.logIncomplete(path: log, reason: "'docker logs' failed")
    }
    if let problem = tee.problem { throw problem }
  }

  private static let prefix = "runctl-"

  /// Of the container of a run.
  package static func name(_ id: String) -> String { prefix + id }
}

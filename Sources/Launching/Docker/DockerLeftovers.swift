import State

/// Containers of runs whose supervisor is gone: they go on, and nobody else ends them.
package struct DockerLeftovers: Sendable {
  private let docker = DockerProgram()

  package init() {}

  /// - Parameter id: Of a lost run.
  package func isRunning(_ id: String) -> Bool {
    (try? docker.text("inspect", "--format", "{{.State.Running}}", Self.name(id))) == "true"
  }

  /// Ends and removes the container of a lost run.
  /// - Returns: Whether there was one.
  package func remove(_ id: String, grace: Duration) -> Bool {
    let name = Self.name(id)
    guard (try? docker.text("inspect", "--format", "{{.Id}}", name)) ?? nil != nil else {
      return false
    }
    let seconds = Int64((grace / .seconds(1)).rounded(.up))
    _ = try? docker.text("stop", "--time", "\(seconds)", name)
    return (try? docker.text("rm", "--force", "--volumes", name)) ?? nil != nil
  }

  /// Removes those of a project's lost runs: they would write to the outputs of the next one.
  func clear(_ state: ProjectState) {
    let format = "{{.Names}} {{.Label \"\(DockerProgram.label)\"}}"
    let lines =
      (try? docker.text(
        "ps", "--all", "--filter", "label=" + DockerProgram.label, "--format", format)) ?? nil
    for line in (lines ?? "").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 2, words[1].hasPrefix(Self.prefix),
        let run = try? state.runs.run(String(words[1].dropFirst(Self.prefix.count))),
        RunStanding.of(run, in: state) == .lost
      else { continue }
      _ = try? docker.text("rm", "--force", "--volumes", words[0])
    }
  }

  private static let prefix = "runctl-"

  /// Of the container of a run.
  package static func name(_ id: String) -> String { prefix + id }
}

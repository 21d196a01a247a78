import Dispatch
import FileSystem
import Synchronization

/// Keeps in a run's folder what the daemon says of its container's HEALTHCHECK, which the daemon
/// itself asks.
final class DockerHealthWatch: Sendable {
  private static let pause = DispatchTimeInterval.seconds(2)

  private let container: String
  private let docker: DockerProgram
  private let directory: String
  private let queue = DispatchQueue(label: "docker health")
  private let progress = Mutex((hasEnded: false, last: ""))

  init(container: String, _ docker: DockerProgram, directory: String) {
    (self.container, self.docker, self.directory) = (container, docker, directory)
    look()
  }

  private func look() {
    queue.asyncAfter(deadline: .now() + Self.pause) { [self] in
      guard !progress.withLock(\.hasEnded) else { return }
      let format = "{{if .State.Health}}{{.State.Health.Status}}{{end}}"
      if let status = try? docker.text("inspect", "--format", format, container),
        RunNews.Health(rawValue: status) != nil, status != progress.withLock(\.last)
      {
        progress.withLock { $0.last = status }
        try? FileTree.replace(RunHealth.path(in: directory), with: Array(status.utf8))
      }
      look()
    }
  }

  func end() { progress.withLock { $0.hasEnded = true } }
}

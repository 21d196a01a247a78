import Registry
import Synchronization

/// Makes the repositories that ECR lacks, each once.
final class CloudRepositories: RepositoryMaker {
  private let registry: CloudRegistry
  private let terminal: Terminal
  /// Those of this invocation. Locked while one is made: who needs the same one waits for it.
  private let made = Mutex<Set<String>>([])

  init(_ registry: CloudRegistry, _ terminal: Terminal) {
    self.registry = registry
    self.terminal = terminal
  }

  func make(_ repository: String, in host: String) throws -> Bool {
    guard registry.includes(host) else { return false }
    return try made.withLock { made in
      guard !made.contains("\(host)/\(repository)") else { return true }
      try registry.create(repository, in: host)
      made.insert("\(host)/\(repository)")
      terminal.note("aws: made the repository '\(repository)' in \(host)")
      return true
    }
  }
}

import BuildEngine
import Glibc

/// Lets this process itself look as if it ran elsewhere, while something is done. Nothing else may be
/// going on: what it changes is all threads'.
enum VariedProcess {
  private static let mask: mode_t = 0o077

  static func run<Result>(
    in surroundings: Surroundings, _ body: () throws -> Result
  ) rethrows -> Result {
    let variables = surroundings.environment.merging(["HOSTNAME": surroundings.hostname]) { $1 }
    let before = variables.keys.map { ($0, getenv($0).map { String(cString: $0) }) }
    for (name, value) in variables { setenv(name, value, 1) }
    let ownMask = umask(mask)
    defer {
      umask(ownMask)
      for (name, value) in before {
        if let value { setenv(name, value, 1) } else { unsetenv(name) }
      }
    }
    return try body()
  }
}

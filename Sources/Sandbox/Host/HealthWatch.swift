import FileSystem
import Glibc
import Processes

/// Asks a container how it is, again and again.
///
/// Source: Docker's reference of the Dockerfile, "HEALTHCHECK".
struct HealthWatch {
  private enum State: String {
    case starting
    case healthy
    case unhealthy
  }

  private enum Activity {
    case resting(until: ContinuousClock.Instant)
    case asking(pid_t, until: ContinuousClock.Instant)
  }

  private let check: SandboxHealthcheck
  private let client: RuntimeClient
  private let start = ContinuousClock.now
  private var state = State.starting
  private var failures = 0
  private var activity: Activity

  init(_ check: SandboxHealthcheck, _ client: RuntimeClient) {
    (self.check, self.client) = (check, client)
    activity = .resting(until: .now + .milliseconds(check.interval))
    say(.starting)
  }

  /// Until ``act()`` has something to do; in milliseconds.
  var wait: Int32 {
    let moment =
      switch activity {
      case .resting(let moment), .asking(_, let moment): moment
      }
    let left = moment - .now
    return left <= .zero ? 0 : Int32(clamping: Int64(left / .milliseconds(1)) + 1)
  }

  /// Starts a check, or ends one that takes too long.
  mutating func act() {
    switch activity {
    case .resting(let moment) where moment <= .now:
      if let process = client.check() {
        activity = .asking(process, until: .now + .milliseconds(check.timeout))
      } else {
        judge(isWell: false)
      }
    case .asking(let process, let moment) where moment <= .now:
      client.endCheck(process)
      // Its end comes as that of any child, and says that it failed.
      activity = .asking(process, until: .now + .seconds(3600))
    case .resting, .asking: return
    }
  }

  /// - Parameter isWell: Whether the process ended with success.
  mutating func ended(_ process: pid_t, isWell: Bool) {
    guard case .asking(process, _) = activity else { return }
    judge(isWell: isWell)
  }

  private mutating func judge(isWell: Bool) {
    activity = .resting(until: .now + .milliseconds(check.interval))
    if isWell {
      failures = 0
      return say(.healthy)
    }
    if state == .starting, ContinuousClock.now - start < .milliseconds(check.startPeriod) { return }
    failures += 1
    if failures >= check.retries { say(.unhealthy) }
  }

  private mutating func say(_ state: State) {
    self.state = state
    try? FileTree.replace(check.file, with: Array(state.rawValue.utf8))
  }
}

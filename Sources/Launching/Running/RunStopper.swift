import Dispatch
import Glibc
package import Processes
import State
import Synchronization

/// Ends a run whose program does not end by itself: when its time is over, or a person asks for it.
///
/// The program is asked first, as its image wants to be asked; after a grace it is killed.
package final class RunStopper: Sendable {
  private enum Cause {
    case asked
    case timeout
  }

  private struct Progress {
    var cause: Cause?
    var hasEnded = false
  }

  /// How long a program has to finish when its time is over, as `docker stop` gives it.
  package static let grace = Duration.seconds(10)

  let interruption: Interruption?
  private let progress = Mutex(Progress())

  /// - Parameter interruption: What reaches the program; nil lets nothing end it.
  package init(_ interruption: Interruption? = .shared) { self.interruption = interruption }

  /// Starts the time that the program has; nil is no limit.
  package func limit(to timeout: Duration?) {
    if let timeout { after(timeout) { $0.stop(.timeout, grace: Self.grace) } }
  }

  package func stop(grace: Duration) { stop(.asked, grace: grace) }

  private func stop(_ cause: Cause, grace: Duration) {
    let (isRunning, isFirst) = progress.withLock { progress in
      defer { progress.cause = progress.cause ?? cause }
      return (!progress.hasEnded, progress.cause == nil)
    }
    guard isRunning else { return }
    // Who asks again only has less patience.
    if isFirst { interruption?.request(.stop(.terminate)) }
    after(grace) { stopper in
      if stopper.progress.withLock({ !$0.hasEnded }) { stopper.interruption?.request(.kill) }
    }
  }

  private func after(_ duration: Duration, _ body: @escaping @Sendable (RunStopper) -> Void) {
    let milliseconds = Int(min(duration / .milliseconds(1), 1e15))
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      body(self)
    }
  }

  /// How a run ended whose program ended like this. Nothing is sent to it from here on.
  func ending(_ own: RunRecord.Ending) -> RunRecord.Ending {
    switch end() {
    case .timeout?: .timedOut
    case .asked?: .stopped(code: own.exitCode ?? 1)
    case nil: Self.isOfKill(own) ? endingOfSecondSignal ?? own : own
    }
  }

  /// The same of one that had to be killed; nil when this is not what killed it.
  var endingOfKilled: RunRecord.Ending? {
    end() == nil ? endingOfSecondSignal : ending(.signalled(SIGKILL))
  }

  /// A person's second Ctrl-C ends it at once, and is told by the first: 130 or 143.
  private var endingOfSecondSignal: RunRecord.Ending? {
    guard let interruption, interruption.kills, let first = interruption.requested else {
      return nil
    }
    return .stopped(code: first.exitCode)
  }

  /// As whatever runs the program says it.
  private static func isOfKill(_ ending: RunRecord.Ending) -> Bool {
    ending == .signalled(SIGKILL) || ending == .exited(code: 128 + SIGKILL)
  }

  private func end() -> Cause? {
    progress.withLock { progress in
      progress.hasEnded = true
      return progress.cause
    }
  }
}

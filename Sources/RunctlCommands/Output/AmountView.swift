import BuildEngine
import Dispatch
import Glibc
import Synchronization

/// Shows how much of something is done, in bytes: a line that moves on a terminal, a line now and
/// then in a log.
final class AmountView: Sendable {
  private let terminal: Terminal
  private let activity: String
  private let done = Atomic<Int64>(0)
  private let total = Atomic<Int64>(0)
  private let hasEnded = Atomic(false)

  /// In microseconds: people look often, logs are read later.
  private static let pauses = (live: UInt32(200_000), log: UInt32(10_000_000))

  /// - Parameter activity: What is being done, as "verifying".
  init(_ activity: String, terminal: Terminal) {
    (self.activity, self.terminal) = (activity, terminal)
    animate()
  }

  @Sendable func set(_ progress: ByteProgress) {
    done.store(progress.done, ordering: .relaxed)
    total.store(progress.total, ordering: .relaxed)
  }

  /// For who does not know beforehand how much there is.
  @Sendable func add(_ bytes: Int64) { done.wrappingAdd(bytes, ordering: .relaxed) }

  func end() {
    hasEnded.store(true, ordering: .relaxed)
    terminal.show("")
  }

  private func animate() {
    DispatchQueue(label: "runctl.amount").async { [self] in
      while true {
        usleep(terminal.isLive ? Self.pauses.live : Self.pauses.log)
        if hasEnded.load(ordering: .relaxed) { return }
        if terminal.isLive { terminal.show(line) } else { terminal.note(line) }
      }
    }
  }

  private var line: String {
    let (done, total) = (done.load(ordering: .relaxed), total.load(ordering: .relaxed))
    let amount = total > 0 ? "\(Quantity.bytes(done)) of \(Quantity.bytes(total))" : ""
    return "\(activity): \(amount.isEmpty ? Quantity.bytes(done) : amount)"
  }
}

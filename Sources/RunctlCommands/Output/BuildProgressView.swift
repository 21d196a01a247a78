import BuildEngine
import BuildPlan
import Diagnostics
import Dispatch
import Glibc
import OCI
import Synchronization

/// Shows a build as it goes: a line for what is done, and on a terminal one that moves for what is
/// being done.
final class BuildProgressView: Sendable {
  private struct Running {
    let label: String
    let started: ContinuousClock.Instant
  }

  private struct State {
    var running: [Int: Running] = [:]
    var transferred: Int64 = 0
    var expected: Int64 = 0
    var activity: String?
    var positions: [StepPosition] = []
    var told: Set<String> = []
  }

  private let terminal: Terminal
  private let state = Mutex(State())
  private let hasEnded = Atomic(false)
  private let isAnimated = Atomic(false)

  init(terminal: Terminal) {
    self.terminal = terminal
  }

  /// Numbers the steps of each stage, as people count them.
  func begin(_ plan: BuildPlan) {
    animate()
    state.withLock { $0.positions = plan.positions }
  }

  func end() {
    hasEnded.store(true, ordering: .relaxed)
    terminal.show("")
  }

  private func animate() {
    guard terminal.isLive, !isAnimated.exchange(true, ordering: .relaxed) else { return }
    DispatchQueue(label: "runctl.progress").async { [self] in
      while true {
        usleep(200_000)
        if hasEnded.load(ordering: .relaxed) { return }
        redraw()
      }
    }
  }

  @Sendable func handle(_ event: BuildEvent) {
    switch event {
    case .stepStarted(let step):
      state.withLock {
        $0.running[step.id.index] = Running(label: label(step, $0), started: .now)
      }
    case .output(let step, let line):
      let label = state.withLock { self.label(step, $0, short: true) }
      terminal.note(
        terminal.styled(label + " ", .dim) + DiagnosticPrinter.printable(line))
    case .stepFinished(let step, let outcome):
      let label = state.withLock { state in
        state.running[step.id.index] = nil
        return self.label(step, state)
      }
      // What was reused is counted at the end; lines are for what was done.
      if outcome != .reused { finish(label, outcome) }
    case .waiting(let step):
      terminal.note("\(state.withLock { label(step, $0) }): waiting for another build to do this")
    case .waitingForPull(let reference):
      tellOnce("waiting for another runctl that pulls \(reference.familiar)")
    case .waitingForPush(let reference):
      tellOnce("waiting for another runctl that pushes to \(reference.name)")
    case .resolving(let reference): tellOnce("asking for \(reference.familiar)")
    case .unpinned(let name): tellOnce("\(name) is not in .runctl.lock; 'runctl lock' pins it")
    case .keptPin(let name):
      tellOnce(
        "\(name) is pinned, and stays what it is; 'runctl lock --update \(name)' takes what it "
          + "means now")
    case .keptBase(let name, let reason):
      tellOnce(
        "warning: cannot ask what \(name) means now, it is taken to mean what it did: \(reason)")
    case .waitingForSource(let name): tellOnce("waiting for another runctl that fetches \(name)")
    case .asking(let name): tellOnce("asking for \(name)")
    case .downloading(let name): tellOnce("fetching \(name)")
    case .expecting(let bytes):
      begin("fetching", bytes)
      animate()
    case .downloaded(let name, let bytes, let duration):
      state.withLock { $0.activity = nil }
      terminal.note(
        "fetched \(name): \(Quantity.bytes(bytes)) in \(Quantity.duration(duration))")
    case .pulling(let reference, let layers, let bytes):
      let amount = bytes > 0 ? ", \(Quantity.bytes(bytes))" : ""
      begin("pulling \(reference.familiar)", bytes)
      terminal.note("pulling \(reference.familiar): \(Quantity.count(layers, "layer"))\(amount)")
    case .pulled(let reference, let bytes, let duration):
      state.withLock { $0.activity = nil }
      terminal.note(
        "pulled \(reference.familiar): \(Quantity.bytes(bytes)) in \(Quantity.duration(duration))")
    case .transferred(let bytes): state.withLock { $0.transferred += bytes }
    case .uploading(let blob, let reference): begin("pushing \(reference.familiar)", blob.size)
    case .uploaded(let blob, _, let how):
      if how != .existing, blob.mediaType.asOCI != .imageConfig {
        terminal.note("pushed layer \(blob.digest.short) (\(Quantity.bytes(blob.size)))")
      }
    case .published(let reference, let digest):
      state.withLock { $0.activity = nil }
      terminal.note("published \(reference.familiar)@\(digest.short)")
    }
  }

  /// Every layer waits by itself, and a base may be asked for more than once.
  private func tellOnce(_ line: String) {
    if state.withLock({ $0.told.insert(line).inserted }) { terminal.note(line) }
  }

  private func begin(_ activity: String, _ bytes: Int64) {
    state.withLock { state in
      if state.activity == nil { (state.expected, state.transferred) = (0, 0) }
      state.activity = activity
      state.expected += bytes
    }
  }

  private func label(_ step: Step, _ state: State, short: Bool = false) -> String {
    let index = step.id.index
    let position = index < state.positions.count ? state.positions[index].description : ""
    if short { return position }
    let text = step.instruction.split(whereSeparator: \.isNewline).joined(separator: " ")
    return "\(position) \(DiagnosticPrinter.printable(text))"
  }

  private func finish(_ label: String, _ outcome: StepOutcome) {
    let (mark, detail): (String, String) =
      switch outcome {
      case .reused: (terminal.styled("=", .dim), "reused")
      case .unchanged(let duration):
        (terminal.styled("✓", .green), "no change, \(Quantity.duration(duration))")
      case .executed(let duration, let size):
        (
          terminal.styled("✓", .green),
          "\(Quantity.duration(duration)), \(Quantity.bytes(size))"
        )
      }
    terminal.note("\(mark) \(label) \(terminal.styled("(\(detail))", .dim))")
  }

  private func redraw() {
    let line = state.withLock { state -> String in
      if let activity = state.activity, state.expected > 0 {
        return
          "\(activity): \(Quantity.bytes(state.transferred)) of \(Quantity.bytes(state.expected))"
      }
      guard let oldest = state.running.values.min(by: { $0.started < $1.started }) else {
        return ""
      }
      let others = state.running.count > 1 ? " and \(state.running.count - 1) more" : ""
      return "\(oldest.label) \(Quantity.duration(.now - oldest.started))\(others)"
    }
    terminal.show(String(line.prefix(max(20, terminal.width - 1))))
  }
}

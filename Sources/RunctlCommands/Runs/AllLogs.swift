import Glibc
import Launching
import Processes
import State

/// The lines of all runs of a project, in the order of their times.
struct AllLogs {
  private let workspace: Workspace
  private let runs: [RunRecord]
  /// Seconds since 1970-01-01T00:00:00Z.
  private let start: Int64
  private let tail: Int?

  /// - Parameters:
  ///   - age: Only runs that started within it.
  ///   - tail: Only so many of the last lines of all.
  init(_ workspace: Workspace, since age: Duration?, tail: Int?) throws {
    self.workspace = workspace
    self.tail = tail
    let start = age.map { Int64(time(nil)) - $0.components.seconds } ?? 0
    self.start = start
    // Of runs that print at the same time, the older one comes first.
    runs = try workspace.reading().runs.newest(limit: .max).filter { $0.started >= start }
      .reversed().map { try workspace.lookedAt($0).record }
  }

  func print(follows: Bool) throws -> CommandStatus {
    guard !runs.isEmpty else {
      workspace.terminal.note("no such run")
      return .success
    }
    var merged = MergedLogs(runs.map { RunLogReader(workspace.log(of: $0)) })
    var last: [(run: Int, line: TimedLine)] = []
    while let next = try merged.next() {
      guard let tail else {
        guard print(next.line, of: runs[next.run]) else { return .success }
        continue
      }
      last.append(next)
      if last.count >= 2 * max(tail, 1_000) { last.removeFirst(last.count - tail) }
    }
    for (run, line) in last.suffix(tail ?? 0) where !print(line, of: runs[run]) { return .success }
    guard follows else { return .success }
    return try goOn(from: merged.offsets)
  }

  private func print(_ line: TimedLine, of run: RunRecord) -> Bool {
    let name = "\(run.id) \(DiagnosticPrinter.printable(run.script))"
    return workspace.terminal.pass(
      LogPrinter.bytes(line, from: name), toErrors: line.stream == .errors)
  }

  // MARK: What goes on

  private struct Watched {
    let record: RunRecord
    let run: any StartedRun
    var offset: Int64
    var lines = TimedLines()
    var hasEnded = false
    /// To look at one on an instance costs a call.
    var nextLook = ContinuousClock.now
    var isReached = true

    var isHere: Bool { if case .instance = record.machine { false } else { true } }
  }

  /// Between two looks at a run on an instance that has nothing new.
  private static let interval = Duration.seconds(5)

  /// Until no run goes on any more, or the person has enough.
  private func goOn(from offsets: [Int64]) throws -> CommandStatus {
    // One that has ended since the record was read has printed something since.
    var watched = try zip(runs, offsets).filter { $0.0.ending == .running }
      .map { try watch($0, from: $1) }
    var known = Set(runs.map(\.id))
    while !watched.isEmpty {
      let countHere = watched.count { $0.isHere }
      if countHere == 0 { usleep(500_000) }
      for index in watched.indices where watched[index].nextLook <= .now {
        if let status = Self.interrupted { return status }
        let wait = watched[index].isHere ? .seconds(1) / countHere : Duration.zero
        guard try look(&watched[index], waiting: wait) else { return .success }
      }
      if let status = Self.interrupted { return status }
      watched.removeAll(where: \.hasEnded)
      // What has begun meanwhile.
      for run in try workspace.reading().runs.newest(limit: 50).reversed()
      where run.started >= start && known.insert(run.id).inserted {
        watched.append(try watch(run, from: 0))
      }
    }
    return .success
  }

  private static var interrupted: CommandStatus? {
    Interruption.shared.requested.map { $0 == .interrupt ? .interrupted : .terminated }
  }

  private func watch(_ run: RunRecord, from offset: Int64) throws -> Watched {
    Watched(record: run, run: try workspace.startedRun(run), offset: offset)
  }

  /// - Returns: Whether somebody still reads.
  private func look(_ watched: inout Watched, waiting wait: Duration) throws -> Bool {
    guard let news = try news(of: &watched, waiting: wait) else { return true }
    var lines: [TimedLine] = []
    for chunk in news.chunks {
      watched.offset += Int64(chunk.bytes.count)
      lines += watched.lines.add(chunk)
    }
    if news.ending != nil {
      watched.hasEnded = true
      lines += watched.lines.end()
    }
    return lines.allSatisfy { print($0, of: watched.record) }
  }

  /// - Returns: nil where the instance is not reached: that is told once, and the others go on.
  private func news(of watched: inout Watched, waiting wait: Duration) throws -> RunNews? {
    if !watched.isHere { watched.nextLook = .now + Self.interval }
    do {
      let news = try watched.run.news(after: watched.offset, waiting: wait)
      watched.isReached = true
      // There may be more.
      if !news.chunks.isEmpty { watched.nextLook = .now }
      return news
    } catch  where !watched.isHere && !Session.isInterruption(error) {
      if watched.isReached {
        workspace.tellNotReached(watched.record, "is looked at again later", error)
      }
      watched.isReached = false
      return nil
    }
  }
}

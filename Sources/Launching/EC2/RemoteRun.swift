import AWS
package import Processes
import State
import Synchronization

/// A run on an instance. Everything that is to be known of it is there.
///
/// What it prints comes as one stream, as ``RunNews/Stream/output``: on the instance the program's
/// two streams go into one file, in the order in which Docker hands them on.
package final class RemoteRun: StartedRun {
  private let shell: any RemoteShell
  private let id: String
  private let backlog: RemoteBacklog?
  private let region: String
  /// A look takes seconds by itself: one that waits waits at least as long. A signal ends it.
  private let wait: Duration
  private let interruption: Interruption?
  private let told = Mutex(Told())

  private struct Told {
    var notes: [String] = []
    /// How many of them are the instance's.
    var known = 0
    /// nil while looks get through.
    var outage: RemoteOutage?
    /// What a look that was lost may have put into S3.
    var lost: String?
  }

  /// - Parameters:
  ///   - shell: The instance's.
  ///   - id: The run's, as in its record.
  ///   - backlog: Where long logs may pass through, if anywhere.
  ///   - region: The instance's; only for the backlog.
  ///   - wait: How long a look waits on the instance while there is nothing new.
  ///   - interruption: A signal ends the pause before another try.
  package init(
    _ shell: any RemoteShell, id: String, backlog: RemoteBacklog? = nil, region: String = "",
    waiting wait: Duration = .seconds(10), interruption: Interruption? = .shared
  ) {
    self.shell = shell
    self.id = id
    self.backlog = backlog
    self.region = region
    self.wait = wait
    self.interruption = interruption
  }

  /// What the supervisor found worth a warning, as far as anybody has looked, and that the instance
  /// is not reached.
  package var notes: [String] { told.withLock(\.notes) }

  /// Waits until the program has been started, or will not be, or the instance is not reached.
  ///
  /// - Parameter tell: Takes what is being done, each time it changes: `pulling the image`.
  package func prepared(telling tell: (String) throws -> Void) throws {
    var phase = ""
    while true {
      let look = RemoteLook(offset: nil, phase: phase, wait: wait, isEarly: isEarly)
      guard let reply = try outlasting(look, { try ask(look) }) else { return }
      if reply.ending != nil || reply.phase == "running" { return }
      if reply.phase != phase { try tell(reply.phase) }
      phase = reply.phase
    }
  }

  /// - Throws: ``RemoteError``, or ``AWSError``. A signal that comes meanwhile only cuts it short.
  ///   What may pass is waited for, unless `wait` is zero.
  package func news(after offset: Int64, waiting wait: Duration) throws -> RunNews {
    let look = RemoteLook(
      offset: offset, wait: wait == .zero ? .zero : max(wait, self.wait), isEarly: isEarly,
      passage: backlog?.passage(ofRun: id, after: offset), region: region)
    let answer = try outlasting(look) {
      let reply = try ask(look)
      return (reply, try bytes(of: reply.piece, look.passage))
    }
    guard let (reply, bytes) = answer else { return RunNews() }
    let isWhole = offset + Int64(bytes.count) >= reply.size
    let chunk = RunNews.Chunk(stream: .output, bytes: bytes, time: WallClock.milliseconds)
    var news = RunNews(
      chunks: bytes.isEmpty ? [] : [chunk], ending: isWhole ? reply.ending : nil,
      health: reply.health)
    news.duration = reply.duration
    news.isCopied = reply.isCopied
    return news
  }

  /// - Returns: nil when the question or its answer was lost on the way, after a pause, or a signal
  ///   cut it short.
  private func outlasting<Answer>(
    _ look: RemoteLook, _ question: () throws -> Answer
  ) throws -> Answer? {
    do {
      let answer = try question()
      let lost = told.withLock { told in
        defer { (told.outage, told.lost) = (nil, nil) }
        return told.lost
      }
      if let lost { backlog?.remove(lost) }
      return answer
    } catch AWSError.interrupted {
      if let passage = look.passage { backlog?.remove(passage) }
      return nil
    } catch let error where look.wait > .zero && RemoteOutage.isPassing(error) {
      let pause = told.withLock { told in
        told.lost = look.passage ?? told.lost
        if told.outage == nil {
          let outage = RemoteOutage()
          told.notes.append(outage.note)
          told.outage = outage
          // It is said before anybody waits.
          return Duration.zero as Duration?
        }
        return told.outage?.nextPause()
      }
      guard let pause else { throw error }
      LaterSignals.of(interruption) { $0.pause(pause) }
      return nil
    }
  }

  private func ask(_ look: RemoteLook) throws -> RemoteReply {
    let result = try shell.run(look.script(id: id), timeout: look.wait + .seconds(120))
    guard result.code == 0, var reply = RemoteReply(result.output) else {
      throw RemoteError.unreadableReply(id: id)
    }
    if !reply.isThere, look.isEarly { reply.ending = nil }
    told.withLock { told in
      told.notes += reply.notes.dropFirst(told.known)
      told.known = max(told.known, reply.notes.count)
    }
    return reply
  }

  /// A run is recorded here before it is started there.
  private var isEarly: Bool {
    guard let started = RunID(parsing: id)?.time else { return false }
    let age = WallClock.milliseconds / 1_000 - started
    return (0..<Int64(RemoteLook.startLimit * 60)).contains(age)
  }

  private func bytes(of piece: RemoteReply.Piece, _ passage: String?) throws -> [UInt8] {
    switch piece {
    case .plain(let bytes): return bytes
    case .packed(let bytes): return try unpacked(bytes)
    case .passed:
      guard let backlog, let passage else { throw RemoteError.unreadableReply(id: id) }
      return try unpacked(backlog.take(passage))
    }
  }

  private func unpacked(_ bytes: [UInt8]) throws -> [UInt8] {
    var command = Command(["gzip", "-dc"])
    command.input = .bytes(bytes)
    command.output = .capture(limit: 64 << 20)
    // A signal that asks to turn away does not take what is here already.
    let completion = try Subprocess.run(command, interruption: nil)
    guard completion.status.isSuccess else { throw RemoteError.unreadableReply(id: id) }
    return completion.output
  }

  package func stop(grace: Duration) throws {
    let seconds = max(0, Int(grace.components.seconds))
    let result = try shell.run(
      RemoteStop.script(id: id, grace: seconds), timeout: .seconds(seconds + 60))
    guard result.code == 0 else {
      throw RemoteError.notStopped(
        id: id, told: result.errors.split(whereSeparator: \.isNewline).last.map(String.init) ?? "")
    }
  }
}

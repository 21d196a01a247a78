import FileSystem
import Launching
import State
import Synchronization

/// A run on an instance, as it is known here: what it prints goes to its log, and its end is seen to
/// by ``RemoteCompletion``, whoever follows it.
///
/// Of several that follow the same run one keeps the log, and the others only look.
final class KeptRun: StartedRun {
  private struct Keeping: ~Copyable {
    /// nil while another process has it.
    var lock: FileLock?
    var hasEnded: Bool
  }

  private let run: RemoteRun
  private let completion: RemoteCompletion
  private let log: String
  private let keeping: Mutex<Keeping>

  init(_ run: RemoteRun, _ completion: RemoteCompletion) {
    self.run = run
    self.completion = completion
    log = completion.folder + "/log"
    keeping = Mutex(Keeping(hasEnded: completion.record.ending != .running))
  }

  func news(after offset: Int64, waiting wait: Duration) throws -> RunNews {
    try keeping.withLock { keeping in
      let known = try RunLogReader(log).length()
      if offset < known {
        return RunNews(chunks: try RunLogReader(log).chunks(after: offset))
      }
      if keeping.hasEnded { return RunNews(ending: try recordedEnding()) }
      if keeping.lock == nil {
        keeping.lock = try FileLock.attempt(completion.folder + "/lock")
        // Whoever had it may have seen the end.
        let ending = try recordedEnding()
        if ending != .running {
          keeping.hasEnded = true
          return try RunLogReader(log).length() > offset ? RunNews() : RunNews(ending: ending)
        }
      }
      let isKeeper = keeping.lock != nil
      let news = try look(after: isKeeper ? known : offset, waiting: wait)
      guard isKeeper else { return news }
      try keep(news.chunks)
      if let ending = news.ending {
        try completion.complete(ending, after: news.duration, isCopied: news.isCopied)
        keeping.hasEnded = true
      }
      // What this one had seen while another kept the log is not said again: the next look reads on
      // from the log.
      return known < offset ? RunNews() : news
    }
  }

  /// What the instance found worth a warning, as far as anybody has looked.
  var notes: [String] { run.notes }

  /// What was on an instance that is gone has ended.
  private func look(after offset: Int64, waiting wait: Duration) throws -> RunNews {
    do { return try run.news(after: offset, waiting: wait) } catch is InstanceGone {
      return RunNews(ending: .failed(reason: InstanceGone.reason))
    }
  }

  func stop(grace: Duration) throws {
    // The next look sees to the end.
    do { try run.stop(grace: grace) } catch is InstanceGone {}
  }

  private func recordedEnding() throws -> RunRecord.Ending {
    let runs = try completion.workspace.state().runs
    return try runs.run(completion.record.id)?.ending ?? completion.record.ending
  }

  private func keep(_ chunks: [RunNews.Chunk]) throws {
    guard !chunks.isEmpty else { return }
    var writer = try RunLogWriter(continuing: log)
    for chunk in chunks { try writer.append(chunk.bytes, chunk.stream, time: chunk.time) }
  }
}

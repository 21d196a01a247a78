import FileSystem
import Processes
import Synchronization

/// Writes what a program prints to the caller's descriptors and to the log, byte for byte.
///
/// A caller who does not listen any more, or a log that cannot grow, does not stop the program.
final class OutputTee: Sendable {
  private struct State: ~Copyable {
    var log: RunLogWriter
    var failure: FileError?
  }

  private let state: Mutex<State>
  /// Of the log.
  private let path: String
  private let listeners = Listeners()

  init(log path: String) throws(FileError) {
    state = Mutex(State(log: try RunLogWriter(creating: path)))
    self.path = path
  }

  /// Goes on with a log whose writer is gone.
  init(continuing path: String) throws(FileError) {
    state = Mutex(State(log: try RunLogWriter(continuing: path)))
    self.path = path
  }

  /// What the log lacks, if anything.
  var problem: LaunchError? {
    state.withLock { state in
      state.failure.map { LaunchError.logIncomplete(path: $0.path, reason: $0.reason) }
    }
  }

  /// - Parameter descriptor: nil for who is only kept.
  func output(_ stream: RunNews.Stream, to descriptor: Int32?) -> Command.Output {
    .chunks { self.write($0, stream, to: descriptor) }
  }

  /// The same for who tells the stream once more from its start: what came already is passed over.
  func rest(of stream: RunNews.Stream, to descriptor: Int32?) -> Command.Output {
    let unseen = UnseenPart(of: stream, behind: RunLogReader(path))
    return .chunks { self.write(unseen.take($0), stream, to: descriptor) }
  }

  private func write(_ bytes: [UInt8], _ stream: RunNews.Stream, to descriptor: Int32?) {
    if bytes.isEmpty { return }
    state.withLock { state in
      if state.failure == nil {
        do throws(FileError) {
          try state.log.append(bytes, stream, time: WallClock.milliseconds)
        } catch { state.failure = error }
      }
    }
    if let descriptor { listeners.pass(bytes, to: descriptor) }
  }
}

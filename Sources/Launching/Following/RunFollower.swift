package import Processes
package import State
import Synchronization

/// Hands on what a run prints until it has ended or the person turns away. The run does not notice.
package struct RunFollower: Sendable {
  package enum Outcome: Sendable, Hashable {
    case ended(RunRecord.Ending)
    /// The run goes on.
    case detached(Interruption.Signal)
  }

  /// What a signal to this program means to who follows.
  package enum Reaction: Sendable {
    case goOn
    case detach
  }

  private let run: any StartedRun
  private let wait: Duration
  private let interruption: Interruption

  /// - Parameters:
  ///   - wait: How long one look may take while nothing happens.
  ///   - interruption: What its signals mean, ``follow(from:reacting:sink:)`` asks.
  package init(
    _ run: any StartedRun, waiting wait: Duration = .seconds(1),
    interruption: Interruption = .shared
  ) {
    self.run = run
    self.wait = wait
    self.interruption = interruption
  }

  /// - Parameters:
  ///   - offset: How many bytes are known already.
  ///   - react: Called for each signal, between two looks.
  ///   - sink: Takes each piece of news.
  package func follow(
    from offset: Int64 = 0, reacting react: (Interruption.Request) throws -> Reaction,
    sink: (RunNews) throws -> Void
  ) throws -> Outcome {
    let requests = Requests()
    let observation = interruption.observe { requests.add($0) }
    defer { withExtendedLifetime(observation) {} }
    var offset = offset
    while true {
      for request in requests.take() where try react(request) == .detach {
        return .detached(interruption.requested ?? .interrupt)
      }
      let news = try run.news(after: offset, waiting: wait)
      offset += news.chunks.reduce(0) { $0 + Int64($1.bytes.count) }
      try sink(news)
      if let ending = news.ending { return .ended(ending) }
    }
  }

  /// Signals that came and were not answered.
  private final class Requests: Sendable {
    private let waiting = Mutex<[Interruption.Request]>([])

    func add(_ request: Interruption.Request) { waiting.withLock { $0.append(request) } }

    func take() -> [Interruption.Request] {
      waiting.withLock { requests in
        defer { requests = [] }
        return requests
      }
    }
  }
}

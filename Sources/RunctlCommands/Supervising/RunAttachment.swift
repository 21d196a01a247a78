import Launching
import Processes
import State
import Synchronization

/// A person at a run of this machine: sees what it prints, and what they type to end it is its
/// program's affair, as if it ran here.
struct RunAttachment {
  private let run: LocalStartedRun

  init(_ run: LocalStartedRun) { self.run = run }

  func follow() throws -> RunRecord.Ending {
    Session.hasProgram.store(true, ordering: .relaxed)
    let directory = run.directory
    let observation = Interruption.shared.observe { request in
      let control: RunControl = request == .stop(.interrupt) ? .interrupt : .terminate
      _ = try? control.send(to: directory)
    }
    defer { withExtendedLifetime(observation) {} }
    let output = Listeners()
    var health = HealthNews(of: run.id, .standard)
    // What a HEALTHCHECK says is only looked at between two waits.
    let outcome: RunFollower.Outcome
    do {
      outcome = try RunFollower(run, waiting: .seconds(1)).follow(
        reacting: { _ in .goOn },
        sink: { news in
          output.pass(news.chunks)
          health.take(news.health)
        })
    } catch {
      Terminal.standard.note("run \(run.id) goes on, and is not followed any more")
      FollowedRun.tellWaysBack(to: run.id, .standard)
      throw error
    }
    switch outcome {
    case .ended(let ending): return ending
    case .detached: return .running
    }
  }
}

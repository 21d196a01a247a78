import Diagnostics
import FileSystem
import Glibc
package import State
import Synchronization

/// A run of this machine, seen from another process than the one that watches it.
package struct LocalStartedRun: StartedRun {
  package let id: String
  /// Of the run, absolute.
  package let directory: String
  private let state: ProjectState
  private let log: RunLogReader

  /// - Parameter directory: `runs/<id>` of the project's state, absolute.
  package init(directory: String, state: ProjectState) {
    self.directory = directory
    self.state = state
    id = FileTree.lastComponent(of: directory)
    log = RunLogReader("\(directory)/log")
  }

  package func news(after offset: Int64, waiting wait: Duration) throws -> RunNews {
    // Whoever follows looks again and again, and the silence goes on.
    let pause = GrowingPause(after: log.silence())
    let deadline = ContinuousClock.now + wait
    let known = RunHealth.read(in: directory)
    while true {
      let isOver = try !isUnderWay()
      let chunks = try log.chunks(after: offset)
      let health = RunHealth.read(in: directory)
      if !chunks.isEmpty { return RunNews(chunks: chunks, health: health) }
      if isOver { return RunNews(ending: try ending(), health: health) }
      let left = deadline - .now
      guard left > .zero, health == known else { return RunNews(health: health) }
      pause.wait(atMost: left)
    }
  }

  package func stop(grace: Duration) throws {
    if try RunControl.stop(grace: grace).send(to: directory) { return }
    guard try !isUnderWay() else { throw LaunchError.takesNoRequests(id: id) }
  }

  /// Whether its supervisor lives.
  private func isUnderWay() throws(FileError) -> Bool {
    let path = "\(directory)/lock"
    guard FileTree.exists(path) else { return false }
    let file = try File.open(path)
    guard flock(file.descriptor, LOCK_SH | LOCK_NB) != 0 else { return false }
    return errno == EWOULDBLOCK
  }

  private func ending() throws -> RunRecord.Ending {
    let ending = try state.runs.run(id)?.ending ?? .running
    guard ending == .running else { return ending }
    if let ending = RunReport.read(in: directory)?.ending { return ending }
    return .failed(reason: LaunchError.runLost(id: id).diagnostic.message)
  }
}

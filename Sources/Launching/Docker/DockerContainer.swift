import FileSystem
import FoundationEssentials
import Glibc
import Processes
import Synchronization

/// The container of a run, as the daemon has it: what counts of its end is what the daemon says, for
/// the program that waits for it may die before it.
struct DockerContainer: Sendable {
  /// What `docker inspect` says, in its words.
  struct State: Decodable, Equatable {
    let Running: Bool
    let ExitCode: Int32
    let OOMKilled: Bool
    let Error: String
  }

  /// How long a daemon may be away, as for an update, while its containers go on.
  private static let outage = Duration.seconds(600)

  /// After which it is asked anew whether it has ended.
  private static let longestLook = Duration.seconds(3_600)

  let name: String
  let docker: DockerProgram

  /// - Returns: nil when there is no such container.
  /// - Throws: When nobody can say that.
  func state() throws -> State? {
    if let state = try look() { return state }
    // A daemon that did not answer may know it all the same.
    try docker.checkDaemon()
    return try look()
  }

  private func look() throws -> State? {
    try docker.text("inspect", "--type", "container", "--format", "{{json .State}}", name)
      .flatMap { try? JSONDecoder().decode(State.self, from: Data($0.utf8)) }
  }

  /// Waits until it has ended, and hands on what it printed that nobody has got.
  ///
  /// - Parameter watched: How the program ended that watched it until now.
  /// - Returns: nil when there is no container.
  /// - Throws: ``LaunchError/containerUnreachable(name:)`` when nobody can say what became of it.
  func end(after watched: ExitStatus, _ tee: OutputTee, _ streams: LaunchStreams) throws -> State? {
    var lost: ContinuousClock.Instant?
    var patience = Duration.seconds(10)
    while true {
      do {
        let state = try state()
        lost = nil
        guard let state, state.Running || watched != .exited(state.ExitCode) else { return state }
        try readOn(state.Running ? ["--follow"] : [], tee, streams, atMost: patience)
        if !state.Running { return state }
        // One whose output the daemon does not keep is only waited for.
        _ = try? docker.text("wait", name, timeout: patience)
        patience = min(patience * 2, Self.longestLook)
      } catch {
        let start = lost ?? .now
        lost = start
        if .now - start > Self.outage { throw LaunchError.containerUnreachable(name: name) }
      }
      usleep(500_000)
    }
  }

  /// What it printed from its start, and prints; passes on only what did not come yet.
  ///
  /// - Parameter limit: The daemon does not always tell who follows that the container has ended.
  private func readOn(
    _ options: [String], _ tee: OutputTee, _ streams: LaunchStreams, atMost limit: Duration
  ) throws {
    var command = Command(["docker", "logs"] + options + [name])
    command.output = tee.rest(of: .output, to: streams.output)
    command.errors = tee.rest(of: .errors, to: streams.errors)
    command.timeout = options.isEmpty ? Self.outage : limit
    do throws(ProcessError) { _ = try Subprocess.run(command, interruption: nil) } catch .timedOut {
    }
  }

  /// Sends a signal to its program, also to one that is only about to start.
  /// - Parameter isOver: Whether nobody needs it any more.
  func send(_ signal: Int32, unless isOver: () -> Bool) {
    var attempts = 0
    while !isOver() {
      if (try? docker.text("kill", "--signal", "\(signal)", name)) != nil { return }
      attempts += 1
      // One that is about to start is there soon; a daemon that is away may stay so.
      for _ in 0..<(attempts < 20 ? 1 : 10) where !isOver() { usleep(100_000) }
    }
  }
}

import BuildEngine
import Diagnostics
import FileSystem
import FoundationEssentials
import Glibc
import Launching
import OCI
import Processes
import Sandbox
import State
import Storage
import Synchronization

/// The process that a run belongs to: it starts the program, keeps what it prints, brings outputs
/// back and records the end, whatever becomes of whoever wanted the run.
final class RunSupervisor: Sendable {
  /// What is opened while the request is still to come.
  enum Kind: String {
    case image
    case host
  }

  static let words = ["internal", "supervise"]

  private let request: SupervisionRequest
  private let stopper = RunStopper()
  private let state: ProjectState
  private let directory = Mutex<String?>(nil)
  /// Whoever wants the run has its answer, or is gone.
  private let hasAnswered = Atomic(false)

  /// Prints nothing. Called before anything else of the program.
  static func main(_ kind: String?) -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let store = Kind(rawValue: kind ?? "") == .image ? SupervisedStore() : nil
    guard
      let bytes = try? File(descriptor: SupervisionChannel.request, path: "request").readToEnd(),
      let request = try? JSONDecoder().decode(SupervisionRequest.self, from: Data(bytes))
    else { return 0 }
    do {
      try Interruption.shared.install()
      let supervisor = try RunSupervisor(request)
      do { try supervisor.run(store) } catch {
        // The run's report says it.
        if supervisor.hasAnswered.load(ordering: .relaxed) { return 1 }
        throw error
      }
      return 0
    } catch {
      _ = answer(.failed(.init(error)))
      return 1
    }
  }

  private init(_ request: SupervisionRequest) throws {
    self.request = request
    state = try ProjectState.writing(request.stateDirectory)
  }

  private func run(_ store: SupervisedStore?) throws {
    stopper.limit(to: request.timeout.map { .seconds($0) })
    let moments = RunMoments(
      recorded: { id, directory in try self.begin(directory) },
      ended: { result in try self.keep(result) },
      failed: { error in
        _ = self.copyLog()
        try? self.write(RunReport(failure: .init(error)))
      })
    switch request.work {
    case .host(let run):
      _ = try run.run(
        request.label, state: state, streams: .logOnly, stopper: stopper, moments: moments)
    case .docker(let plan, let imageID):
      _ = try DockerLauncher(state: state).run(
        plan, imageID: imageID, label: request.label, streams: .logOnly, stopper: stopper,
        moments: moments)
    case .sandbox(let plan, let image):
      guard let store = try store?.open() else { return }
      // As long as the client is there it holds all of it, too.
      try StoredImage.hold(image.digest, unpacked: image.lowers, in: store)
      let launcher = LocalLauncher(
        runtime: try Runtime.find(), state: state, cache: store.paths.runtimeCache)
      _ = try launcher.run(
        plan, image: image.image(in: store, user: plan.user), folders: image.folders,
        label: request.label, temporary: store.makeTemporaryDirectory("launch"),
        streams: .logOnly, stopper: stopper, moments: moments)
    }
  }

  private func begin(_ directory: String) throws {
    self.directory.withLock { $0 = directory }
    try RunControlReader.start(in: directory) { [stopper] control in
      switch control {
      case .interrupt: Interruption.shared.deliver(.interrupt)
      case .terminate: Interruption.shared.deliver(.terminate)
      case .stop(let grace): stopper.stop(grace: grace)
      }
    }
    hasAnswered.store(true, ordering: .relaxed)
    guard Self.answer(.started(directory: directory)) else { throw LaunchError.unwanted }
  }

  /// Whatever goes wrong here, the program ended as it did, and its report says so.
  private func keep(_ result: RunResult) throws {
    var report = RunReport(result)
    func attempt(_ body: () throws -> Void) {
      do { try body() } catch { report.problems.append(RunReport.Failure(error).finding) }
    }
    // An older file in an output's place is not what this run made.
    if result.succeeded, result.isBack, let goal = request.goal {
      attempt {
        try state.targets.add(
          goal.record(result), for: Target(image: goal.image, kind: .run, detail: goal.detail),
          quick: nil)
      }
      attempt { try request.work.checkpoints?.thinOut() }
    }
    if result.succeeded, !result.isBack {
      attempt { try state.runs.add([RunFacts.outputsMissing], to: result.id) }
    }
    report.problems += [copyLog()].compactMap(\.self).map(RunReport.Finding.init)
    try write(report)
  }

  /// - Returns: Why there is no copy where there should be one.
  private func copyLog() -> Diagnostic? {
    guard let directory = directory.withLock(\.self) else { return nil }
    return request.logCopy?.put("\(directory)/log", of: FileTree.lastComponent(of: directory))
  }

  private func write(_ report: RunReport) throws {
    guard let directory = directory.withLock(\.self) else { return }
    try report.write(to: directory)
  }

  /// The one answer: the channel is closed afterwards.
  /// - Returns: Whether somebody takes it.
  private static func answer(_ answer: SupervisionAnswer) -> Bool {
    let file = File(descriptor: SupervisionChannel.answer, path: "answer")
    return (try? file.write(Array(JSONEncoder().encode(answer)))) != nil
  }
}

extension SupervisionRequest.SupervisedImage {
  fileprivate func image(in store: Store, user: String?) -> RunImage {
    RunImage(
      digest: digest, lowers: lowers, places: places, user: user,
      tree: LazyTree { [digest] in
        (try? StoredImage(digest, in: store).tree) ?? RootTree(layers: [])
      })
  }
}

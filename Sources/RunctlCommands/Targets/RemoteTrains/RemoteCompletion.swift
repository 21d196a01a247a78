import AWS
import Diagnostics
import FileSystem
import Glibc
import Launching
import State

/// What is done here when a run on an instance has ended: its end is recorded, its outputs are
/// brought back, and its target is up to date from then on. The one place for it, whether the run was
/// started by this runctl or by another that is gone.
struct RemoteCompletion {
  let workspace: Workspace
  let record: RunRecord
  /// Not ended by a signal to this runctl.
  let objects: S3Objects
  /// Of the run, absolute.
  let folder: String

  /// - Parameters:
  ///   - duration: How long it ran; nil is until now.
  ///   - isCopied: Whether the instance has put all outputs into S3.
  func complete(
    _ ending: RunRecord.Ending, after duration: Duration?, isCopied: Bool
  ) throws {
    let state = try workspace.state()
    if let now = try state.runs.run(record.id), now.ending != .running { return }
    var ended = record
    ended.ending = ending
    ended.duration = duration ?? .seconds(max(0, Int64(time(nil)) - record.started))
    let aftermath = RunAftermath.read(in: folder)
    let yield =
      aftermath.map {
        bringBack(
          $0, isCopied: isCopied, isDone: ending == .exited(code: 0), hasRun: duration != nil)
      } ?? .whole
    if let aftermath, yield == .whole, ending == .exited(code: 0), !record.isReplay {
      let made = aftermath.outputs.map { ($0.path, $0.destination) }
      try state.targets.add(
        TargetRecord(
          inputs: aftermath.inputs + RunInputs.outputs(made, in: state), output: record.id,
          contents: [], reasons: aftermath.reasons, duration: ended.duration ?? .zero),
        for: aftermath.target, quick: nil)
    }
    if yield == .lost, ending == .exited(code: 0) {
      try state.runs.add([RunFacts.outputsMissing], to: record.id)
    }
    copyLog()
    try RunRecording.end(ended, in: state)
  }

  /// A run that never printed anything may have none.
  private func copyLog() {
    let log = workspace.log(of: record)
    guard FileTree.exists(log), let problem = workspace.logCopy?.put(log, of: record.id) else {
      return
    }
    DiagnosticPrinter(terminal: workspace.terminal).print(problem)
  }

  private enum Yield {
    case whole
    /// The program made less than its outputs say.
    case unmade
    /// Something that it made is not here.
    case lost
  }

  private func bringBack(
    _ aftermath: RunAftermath, isCopied: Bool, isDone: Bool, hasRun: Bool
  ) -> Yield {
    guard let place = aftermath.place.flatMap({ S3Location($0) }), !aftermath.outputs.isEmpty
    else { return .whole }
    var yield = isCopied ? Yield.whole : .lost
    for output in aftermath.outputs {
      workspace.terminal.show("bringing back \(output.path)")
      do {
        let isThere = try bringBack(output, from: place)
        // A program that failed need not have made it, and what was not copied is told below.
        if !isThere, isCopied, isDone {
          if yield == .whole { yield = .unmade }
          tell(output, "the program did not make it", place.description)
        }
      } catch {
        yield = .lost
        let reason = (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
        tell(output, reason, place.description)
      }
      if !isCopied, hasRun {
        tell(output, "the instance did not copy all of it to \(place)", onInstance)
      }
    }
    workspace.terminal.show("")
    return yield
  }

  private var onInstance: String { "/var/lib/runctl/runs/\(record.id)/outputs on the instance" }

  private func tell(_ output: RunAftermath.Output, _ reason: String, _ kept: String) {
    DiagnosticPrinter(terminal: workspace.terminal).print(
      LaunchError.outputNotCopied(path: output.path, reason: reason, kept: kept).diagnostic)
  }

  /// - Returns: Whether there is one; of a folder nobody knows, as an empty one is not in S3.
  private func bringBack(_ output: RunAftermath.Output, from place: S3Location) throws -> Bool {
    let source = place.appending(output.path)
    if output.isDirectory {
      try FileTree.makeDirectories(output.destination)
      try objects.download(source, into: output.destination)
      return true
    }
    guard try objects.size(of: source) != nil else { return false }
    try FileTree.makeDirectories(FileTree.parentPath(of: output.destination))
    try objects.download(file: source, to: output.destination)
    return true
  }
}

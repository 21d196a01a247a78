import Diagnostics
import Launching
import OCI
import Project
import State
import Synchronization

/// A run on an instance, down to the last word, whether it is new or a replay: it is recorded here,
/// then started there, so that it is known whatever happens in between.
struct RemoteOrder {
  let label: RunLabel
  let work: RemoteWork
  /// The program first.
  let arguments: [String]
  let environment: [Assignment]
  let resources: RunResources
  /// The S3 address of what is to be at `/data`.
  let data: String?
  /// What is kept of it; the place of its outputs follows from the run's name.
  let aftermath: RunAftermath
  /// How the project's files differ from its commit.
  var changes: WorkingChanges?

  /// - Parameter place: The S3 address for the outputs of the run with this name, if anywhere.
  func begin(
    _ workspace: Workspace, outputsTo place: (_ id: String) throws -> String?
  ) throws -> RunRecord {
    var recording = try RunRecording(label, in: workspace.state())
    defer { workspace.terminal.show("") }
    do {
      let id = recording.id.text
      let connection = try workspace.connection(of: recording.record)
      try changes?.keep(in: recording.directory)
      var aftermath = aftermath
      aftermath.place = try place(id)
      try aftermath.write(in: recording.directory)
      let printer = DiagnosticPrinter(terminal: workspace.terminal)
      SecretArguments.warning(arguments).map { printer.print($0) }
      workspace.terminal.show("starting run \(id)")
      // A start that is broken off is taken back, which takes its time.
      Session.hasProgram.store(true, ordering: .relaxed)
      try connection.start(job(id, aftermath, workspace)) { printer.print($0) }
    } catch let error as RemoteError where error.leavesRun {
      // It stays recorded as one that runs: whoever comes back finds out.
      throw error
    } catch {
      let reason = (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
      _ = try? recording.finish(.failed(reason: reason))
      throw error
    }
    return recording.record
  }

  private func job(
    _ id: String, _ aftermath: RunAftermath, _ workspace: Workspace
  ) throws -> RemoteJob {
    guard case .instance(_, let region, _) = label.machine else {
      throw UsageError("not-on-an-instance", "run \(id) is not on an instance")
    }
    var job = RemoteJob(
      id: id, region: region, program: work.program(workspace, near: region), arguments: arguments)
    job.environment = environment
    job.resources = resources
    job.outputs = aftermath.outputs.flatMap { output in
      output.places.map {
        RemoteJob.Output(output.path, target: $0, isFile: !output.isDirectory)
      }
    }
    job.data = data
    job.destination = aftermath.place
    job.labels = ["runctl.project": aftermath.project, "runctl.image": aftermath.image]
    job.wantsCUDA = aftermath.wantsCUDA
    return job
  }
}

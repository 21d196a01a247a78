import Launching
import OCI
import State

/// What a supervisor is to run, and what is to be kept of it. It goes through a pipe: it has secrets
/// in it, and is nowhere else.
struct SupervisionRequest: Codable {
  enum Work: Codable {
    case sandbox(RunPlan, SupervisedImage)
    case docker(RunPlan, imageID: String)
    case host(HostRun)

    var checkpoints: CheckpointFolder? {
      switch self {
      case .sandbox(let plan, _), .docker(let plan, _): plan.checkpoints
      case .host(let run): run.checkpoints
      }
    }
  }

  struct SupervisedImage: Codable {
    let digest: Digest
    let lowers: [String]
    let places: [CopyPlace]
    let folders: ProjectFolders
  }

  /// The target that a success brings up to date.
  struct Goal: Codable {
    let image: String
    let detail: String
    let inputs: RunInputs
    let reasons: [String]

    /// - Returns: What to record for the run.
    func record(_ result: RunResult) -> TargetRecord {
      TargetRecord(
        inputs: inputs.recorded(with: result.outputs), output: result.id, contents: [],
        reasons: reasons, duration: result.duration)
    }
  }

  let work: Work
  let label: RunLabel
  let stateDirectory: String
  var goal: Goal?
  /// In seconds.
  var timeout: Double?
  /// nil where nobody wants copies of logs.
  var logCopy: LogCopy?
}

/// What a supervisor answers, once.
enum SupervisionAnswer: Codable {
  /// The run is recorded and goes on; its folder is absolute.
  case started(directory: String)
  case failed(RunReport.Failure)
}

/// The descriptors of a supervisor.
enum SupervisionChannel {
  static let request: Int32 = 3
  static let answer: Int32 = 4
  /// The lock of the target that is made: nobody else makes it as long as the run goes on.
  static let lock: Int32 = 5
}

import AWS
import Diagnostics
import Launching
import Project
import State

/// Reaches an instance and the runs on it.
struct InstanceConnection {
  private let instance: String
  private let account: String?
  private let aws: AWSProgram
  private let region: String
  private let bucket: S3Location?
  private let interval: Duration

  /// - Parameters:
  ///   - account: Whose the instance is, if that was recorded.
  ///   - region: The instance's.
  ///   - bucket: Where long logs pass through, if anywhere.
  ///   - interval: Between two looks at a run that prints nothing.
  init(
    _ cloud: CloudAccess, instance: String, account: String?, region: String, bucket: S3Location?,
    interval: Duration
  ) {
    self.instance = instance
    self.account = account
    aws = cloud.aws.inRegion(region)
    self.region = region
    self.bucket = bucket
    self.interval = interval
  }

  private var shell: SSMShell { SSMShell(aws, instance: instance) }

  /// - Parameter warn: See ``RemoteStart``.
  func start(_ job: RemoteJob, warning warn: (Diagnostic) -> Void) throws {
    try RemoteStart(shell, aws).start(job, warning: warn)
  }

  func run(_ id: String) -> RemoteRun {
    // Asked also after a signal, which may mean that the run is to be stopped.
    let aws = aws.interrupted(by: nil)
    let shell = InstanceShell(
      shell: shell, instance: instance, account: account,
      // What follows is for good: no earlier answer will do.
      caller: { try AWSIdentity.current(aws).account },
      state: { [instance] in try EC2Instance.named(instance, aws)?.state })
    return RemoteRun(
      shell, id: id,
      backlog: bucket.map { RemoteBacklog($0.appending("runctl/logs").description, self.aws) },
      region: region, waiting: interval)
  }

  var objects: S3Objects { S3Objects(aws.interrupted(by: nil)) }
}

extension Workspace {
  /// - Throws: `UsageError` for a run that is not on an instance.
  func connection(of record: RunRecord) throws -> InstanceConnection {
    guard case .instance(let instance, let region, _) = record.machine else {
      throw UsageError("not-on-an-instance", "run \(record.id) is not on an instance")
    }
    return InstanceConnection(
      cloud, instance: instance, account: record.account, region: region,
      bucket: project.configuration.aws.s3Bucket.flatMap { S3Location($0.value) },
      interval: project.configuration.monitoring.updateInterval?.value ?? .seconds(10))
  }

  /// - Throws: ``OtherAccount``, or `AWSError` where nobody says who is asking.
  func requireAccount(of record: RunRecord) throws {
    guard case .instance(let instance, _, _) = record.machine, let account = record.account else {
      return
    }
    let caller = try cloud.identity().account
    guard caller == account else {
      throw OtherAccount(instance: instance, account: account, caller: caller)
    }
  }

  /// A recorded run on an instance, whose log is kept and whose end is seen to here.
  /// - Parameter run: The run itself; nil is the one that the record names.
  /// - Throws: `UsageError` for one that is elsewhere.
  func keptRun(_ record: RunRecord, _ run: RemoteRun? = nil) throws -> KeptRun {
    let connection = try connection(of: record)
    let completion = RemoteCompletion(
      workspace: self, record: record, objects: connection.objects,
      folder: try state().runsDirectory + "/" + record.id)
    return KeptRun(run ?? connection.run(record.id), completion)
  }
}

extension RunRecord {
  /// Whose the instance is that it is on.
  fileprivate var account: String? { facts.first { $0.name == RunFacts.account }?.value }
}

import FileSystem
import Foundation
import Testing

/// Where a script can be trained.
enum TrainPlace: String, CaseIterable, Sendable {
  case sandbox
  /// A Docker daemon of this machine.
  case docker
  /// An EC2 instance.
  case instance
}

/// A project with a script, in a place to train it.
struct PlaceBench {
  let place: TrainPlace
  let workbench: Workbench
  private let machine: EC2Machine

  /// - Parameters:
  ///   - script: A shell's.
  ///   - files: Beside the script.
  ///   - bucket: Of S3, for what is long; it is made.
  init(
    _ place: TrainPlace, script: String, files: [String: String] = [:], bucket: String? = nil
  ) throws {
    self.place = place
    machine = try #require(EC2Machine.current)
    workbench = try machine.workbench()
    workbench.environment["DOCKER_HOST"] = machine.docker.socket
    try ExampleProject.make(in: workbench)
    var settings = "[docker]\necr_registry = \"\(machine.registry.host)\"\n"
    if let bucket {
      let made = try machine.aws("s3", "mb", "s3://\(bucket)")
      try #require(made.succeeded, "\(made)")
      settings += "[aws]\ns3_bucket = \"\(bucket)\"\n"
    }
    try workbench.write(".runctl.toml", settings)
    try workbench.write(["train.py": script].merging(files) { $1 })
  }

  /// - Parameters:
  ///   - arguments: The script's.
  ///   - options: runctl's.
  func start(_ arguments: [String] = [], options: [String] = []) throws -> Program {
    let command =
      switch place {
      case .sandbox: ["train"] + options + ["train.py"]
      case .docker: ["train", "--engine", "docker"] + options + ["train.py"]
      case .instance: ["aws", "train", "--use-docker"] + options + [machine.instance, "train.py"]
      }
    return try workbench.start(command + (arguments.isEmpty ? [] : ["--"] + arguments))
  }

  func train(_ arguments: String..., options: [String] = []) throws -> ProgramResult {
    try train(arguments, options: options)
  }

  func train(_ arguments: [String], options: [String] = []) throws -> ProgramResult {
    try start(arguments, options: options).wait()
  }

  /// What the newest run printed, as it is kept.
  func log() throws -> String { try workbench.does("logs", "latest").output }

  /// What is recorded of the newest run.
  func record() throws -> [String: Any] {
    let text = try workbench.does("runs", "show", "latest", "--json").output
    let shown = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    return try #require(shown["run"] as? [String: Any])
  }

  /// What the registry has.
  func pushedBlobs() throws -> Set<String> { try machine.registry.blobs() }
}

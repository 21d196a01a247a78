import FileSystem
import OCI
import Sandbox

/// The folders of one run in the sandbox, gone when it goes out of scope.
struct RunWorkspace: ~Copyable {
  let path: String

  var upper: String { "\(path)/upper" }
  var scratch: String { "\(path)/scratch" }

  /// - Parameter path: An absolute directory that this run has for itself; it is removed, too.
  init(_ path: String) throws(FileError) {
    self.path = path
    for name in ["upper", "work", "scratch"] { try FileTree.makeDirectories("\(path)/\(name)") }
  }

  deinit { try? FileTree.remove(path) }

  /// For an image without layers.
  func emptyLower() throws(FileError) -> String {
    try FileTree.makeDirectories("\(path)/lower")
    return "\(path)/lower"
  }

  /// - Parameter directory: The run's folder.
  func spec(_ plan: RunPlan, lowers: [String], directory: String) -> SandboxSpec {
    var spec = SandboxSpec(
      lowers: lowers, writable: .directory(upper: upper, work: "\(path)/work"),
      arguments: plan.arguments)
    spec.environment = plan.environment
    spec.workingDirectory = plan.workingDirectory
    spec.user = plan.user
    spec.mounts = plan.mounts
    spec.terminal = plan.terminal
    spec.stopSignal = plan.stopSignal
    spec.interruptionPolicy = .forward
    spec.limits = SandboxLimits(memory: plan.resources.memory, cpus: plan.resources.cpus)
    spec.hooks = plan.gpus.hooks
    spec.health = plan.healthcheck.flatMap { $0.inSandbox(file: RunHealth.path(in: directory)) }
    return spec
  }
}

extension ImageConfig.Healthcheck {
  /// Source of the defaults: Docker's reference of the Dockerfile, "HEALTHCHECK".
  ///
  /// - Returns: nil for one that says nothing, or that there is none.
  func inSandbox(file: String) -> SandboxHealthcheck? {
    let words = test ?? []
    let arguments: [String]
    switch words.first {
    case "CMD"?: arguments = Array(words.dropFirst())
    case "CMD-SHELL"?: arguments = ["/bin/sh", "-c"] + words.dropFirst()
    default: return nil
    }
    guard arguments.count > 0 else { return nil }
    func milliseconds(_ nanoseconds: Int64?, _ usual: Int64) -> Int64 {
      guard let nanoseconds, nanoseconds > 0 else { return usual }
      return max(1, nanoseconds / 1_000_000)
    }
    return SandboxHealthcheck(
      arguments, interval: milliseconds(interval, 30_000), timeout: milliseconds(timeout, 30_000),
      startPeriod: milliseconds(startPeriod, 0), retries: max(1, retries ?? 3), file: file)
  }
}

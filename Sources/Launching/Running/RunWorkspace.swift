import FileSystem
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

  func spec(_ plan: RunPlan, lowers: [String]) -> SandboxSpec {
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
    return spec
  }
}

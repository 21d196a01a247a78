import Diagnostics
import FileSystem
import Glibc
import Launching
import Sandbox
import Storage

/// Whether commands of builds and runs can be executed here, and layers kept.
struct SandboxProbe {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  var runtime: PreflightFinding {
    do throws(SandboxError) {
      let found = try Runtime.find()
      return PreflightFinding(.ok, "runtime", "\(found.kind.rawValue) at \(found.path)")
    } catch {
      return Self.finding("runtime", error)
    }
  }

  /// By a trial: an overlay as a build mounts it.
  var store: [PreflightFinding] {
    let path = workspace.storePaths.root
    do {
      let store = try workspace.store()
      try Sandbox(runtime: nil, scratch: store.makeTemporaryDirectory("doctor"))
        .probe(workspace.storePaths.snapshots)
      let right =
        geteuid() == 0
        ? PreflightFinding(.ok, "user-namespaces", "not needed: you are root")
        : PreflightFinding(.ok, "user-namespaces", "they are allowed to you")
      return [right, PreflightFinding(.ok, "store", "'\(path)' holds layers")]
    } catch let error as SandboxError {
      switch error {
      case .unsuitableStore: return [Self.finding("store", error)]
      case .userNamespacesForbidden, .subordinateIDsMissing:
        return [Self.finding("user-namespaces", error)]
      default: return [Self.finding("sandbox", error)]
      }
    } catch let error as any ReportableError {
      return [Self.finding("store", error)]
    } catch {
      return [PreflightFinding(.error, "store", "'\(path)' cannot be used: \(error)")]
    }
  }

  /// In bytes: below them the next build of a training image does not fit.
  private static let (scarce, little): (Int64, Int64) = (2_000_000_000, 20_000_000_000)

  var disk: PreflightFinding {
    let path = workspace.storePaths.root
    var status = statvfs()
    guard statvfs(FileTree.exists(path) ? path : "/", &status) == 0 else {
      return PreflightFinding(.warning, "disk", "how much is free was not found out")
    }
    let free = Int64(status.f_bavail) * Int64(status.f_frsize)
    let message = "\(Quantity.bytes(free)) free for the store at '\(path)'"
    guard free < Self.little else { return PreflightFinding(.ok, "disk", message) }
    return PreflightFinding(
      free < Self.scarce ? .error : .warning, "disk", message,
      remedy: "'runctl cache prune' makes room; RUNCTL_HOME names another place")
  }

  private static func finding(_ check: String, _ error: any ReportableError) -> PreflightFinding {
    let diagnostic = error.diagnostic
    return PreflightFinding(.error, check, diagnostic.message, remedy: diagnostic.help)
  }
}

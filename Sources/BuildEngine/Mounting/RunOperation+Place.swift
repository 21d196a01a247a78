import BuildPlan
import Diagnostics
import OCI
import Sandbox

extension RunOperation {
  /// Where the Dockerfile has the mount that a sandbox could not make; nil when it was not a mount.
  func place(of error: SandboxError) -> SourceSpan? {
    switch error {
    case .unusableMountPoint(let place, _):
      mounts.first { $0.target == TreePath(place) }?.span
    case .mountSourceMissing(let path):
      mounts.first { mount in
        if case .cache(let cache) = mount.kind { cache.source == TreePath(path) } else { false }
      }?.span
    default: nil
    }
  }
}

import OCI
import Sandbox

extension Surroundings {
  /// The file that makes glibc's loader show programs another time; an image that has one keeps it.
  private static let loaderFile = TreePath("etc/ld.so.preload")

  /// Shows them to a command.
  /// - Parameters:
  ///   - root: What is below it.
  ///   - space: A directory for files that are needed as long as the command runs.
  func vary(_ spec: inout SandboxSpec, root: RootTree, space: String) throws {
    spec.hostname = hostname
    if reordersListings {
      spec.listing = space + "/listing"
      try ListingOrder(of: root).write(to: space + "/listing")
    }
    if clockShift != 0, root.entry(at: Self.loaderFile) == nil {
      spec.mounts += ShiftedClock(seconds: clockShift).mounts
    }
  }
}

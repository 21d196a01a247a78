import CLinux
import FileSystem
import Glibc
import Processes

/// Tries the store's file system with an overlay as a build would mount it.
struct StoreProbe {
  let directory: String
  let scratch: String
  let isUserNamespace: Bool

  func run() throws(SandboxError) -> ExitStatus {
    .success
  }
}

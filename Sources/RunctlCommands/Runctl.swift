import Glibc
import Sandbox

/// The program's entry.
package enum Runctl {
  package static func main() {
    // Before anything else: the second process must have a single thread.
    if CommandLine.arguments.dropFirst().starts(with: ["internal", "sandbox"]) {
      exit(SandboxHost.main())
    }
  }
}

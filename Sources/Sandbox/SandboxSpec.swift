/// One command, and the world it runs in. A value: says nothing of how that is brought about.
package struct SandboxSpec: Codable, Sendable, Equatable {
  package enum Writable: Codable, Sendable, Equatable {
    /// Nothing can be written outside the mounts.
    case readOnly
    /// What is written lives in memory and is gone afterwards.
    case memory
    /// What is written lands in `upper`, in overlay form; `work` is an empty directory of the same
    /// file system. Both are absolute, exist, and are left as they are for the caller.
    case directory(upper: String, work: String)
  }

  package enum Network: String, Codable, Sendable {
    case host
    /// Loopback only.
    case none
  }

  /// What a Ctrl-C or SIGTERM to this program does to the command.
  package enum InterruptionPolicy: String, Codable, Sendable {
    /// Ends it at once, and everything that it started: for a step of a build.
    case kill
    /// Sends it SIGINT, or the stop signal for SIGTERM: for a program that may want to finish.
    case forward
  }

  /// Absolute paths of the directories that make up the root, topmost first; at least one.
  package var lowers: [String]
  package var writable: Writable
  /// The program first; looked up in the environment's `PATH` inside the root.
  package var arguments: [String]
  /// `NAME=value`. `HOME` is added from the user's entry when it is missing.
  package var environment: [String] = []
  /// Absolute, in the root; made when it is missing.
  package var workingDirectory = "/"
  /// As in a Dockerfile: `name|uid[:group|gid]`; nil is root.
  package var user: String?
  package var mounts: [SandboxMount] = []
  package var network = Network.host
  package var hostname = "runctl"
  /// Further lines of `/etc/hosts`: an address, a space, names.
  package var hosts: [String] = []
  /// Gives the command a terminal of its own, tied to the caller's.
  package var terminal = false
  /// What ends the command politely: a signal's number.
  package var stopSignal: Int32 = 15
  package var interruptionPolicy = InterruptionPolicy.kill
  /// nil neither limits the command nor finds out whether memory ran out.
  package var limits: SandboxLimits?
  package var hooks: [SandboxHook] = []
  package var health: SandboxHealthcheck?
  /// The absolute path of a file with paths that end with a NUL: things that are in the root,
  /// directories with a slash at the end, each after the one that it is in. The root lists them in
  /// front of all others, in an order that follows from theirs; nil leaves the order to the disk.
  package var listing: String?
  /// nil is the new one where the kernel has it. Tests ask for each.
  var overlayInterface: OverlayMount.Interface?

  package init(lowers: [String], writable: Writable, arguments: [String]) {
    self.lowers = lowers
    self.writable = writable
    self.arguments = arguments
  }
}

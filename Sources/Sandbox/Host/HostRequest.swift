import Processes

/// What the program asks of its second process, which makes the namespaces.
struct HostRequest: Codable, Equatable {
  enum Job: Codable, Equatable {
    case run(SandboxSpec, Runtime)
    /// Tries whether an overlay can be written to in this directory.
    case probe(directory: String)
    /// Runs a program as root of a user namespace, without any other isolation.
    case userNamespace(arguments: [String])
  }

  let job: Job
  /// An empty directory of the caller's: in the namespace, a file system in memory covers it.
  let scratch: String
  /// A directory for what is worth keeping between runs.
  let cache: String?
}

/// What the second process has to say, once.
enum HostReport: Codable, Equatable {
  case ended(SandboxEnding)
  case failed(SandboxError)
}

/// The descriptors on which the two talk.
enum HostChannel {
  /// A file with the request.
  static let request: Int32 = 3
  /// A pipe: each byte is a signal for the command, its end is the end of everything.
  static let control: Int32 = 4
  /// A pipe for the report.
  static let report: Int32 = 5
}

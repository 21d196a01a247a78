/// One execution of an image, or of a script without one.
package struct RunRecord: Sendable, Hashable {
  package enum Ending: Sendable, Hashable, Codable {
    case running
    /// The program's own exit code.
    case exited(code: Int32)
    /// Ended by a signal.
    case signalled(Int32)
    /// The kernel ended it, because it wanted more memory than there was for it.
    case outOfMemory
    /// runctl ended it when its time was over.
    case timedOut
    /// runctl ended it because somebody asked for it; the code is what the program made of that.
    case stopped(code: Int32)
    /// runctl could not start it, or gave up on it.
    case failed(reason: String)
  }

  package let id: String
  package let image: String
  package let script: String
  package let arguments: [String]
  package let imageDigest: String?
  /// Seconds since 1970-01-01T00:00:00Z.
  package let started: Int64
  package var duration: Duration?
  package var ending: Ending
  /// The path of what it printed, relative to the state's folder.
  package let log: String
  package var machine: RunMachine
  /// All else that it was made from, by name: what it read, its environment, limits, commit. What is
  /// secret is a hash.
  package var facts: [Input]

  package init(
    id: String, image: String, script: String, arguments: [String], imageDigest: String?,
    started: Int64, log: String, machine: RunMachine = .sandbox, facts: [Input] = []
  ) {
    self.id = id
    self.image = image
    self.script = script
    self.arguments = arguments
    self.imageDigest = imageDigest
    self.started = started
    self.log = log
    self.machine = machine
    self.facts = facts
    ending = .running
  }
}

extension RunRecord.Ending {
  /// What runctl ends with where it passes on how a run ended; nil while it runs.
  ///
  /// 128 + n for signal n, 137 for lack of memory, as Docker has it, and 124 for a time-out, as
  /// timeout(1) has it. A run that was stopped did not succeed, whatever its program says.
  package var exitCode: Int32? {
    switch self {
    case .running: nil
    case .exited(let code): code
    case .stopped(let code): code == 0 ? 143 : code
    case .signalled(let signal): 128 + signal
    case .outOfMemory: 137
    case .timedOut: 124
    case .failed: 1
    }
  }
}

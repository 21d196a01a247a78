/// A program to run, with all that it is given. Says nothing of when or how often.
package struct Command: Sendable {
  package enum Input: Sendable {
    case null
    case inherit
    case bytes([UInt8])
    /// Borrowed: stays open and stays the caller's.
    case descriptor(Int32)
  }

  package enum Output: Sendable {
    case null
    case inherit
    /// Borrowed: stays open and stays the caller's.
    case descriptor(Int32)
    /// Kept in memory; what is beyond `limit` bytes is read and dropped.
    case capture(limit: Int)
    /// Each line without its end, on the thread that called `run`. A line of more than 64 KiB comes
    /// in pieces.
    case lines(@Sendable (String) -> Void)
    /// The bytes as they come, on the thread that called `run`.
    case chunks(@Sendable ([UInt8]) -> Void)
    /// For `errors` only: goes where the output goes, in the order of writing.
    case joined

    package static let captured = Output.capture(limit: 1 << 20)
  }

  /// Which process group the program is in: whom the terminal's Ctrl-C reaches, and what ends
  /// together.
  package enum Group: Sendable {
    /// A new one; what is left of it when the program ends is killed.
    case own
    /// The caller's: the program may read the terminal, and gets its Ctrl-C.
    case callers
    /// A session of its own: no terminal's signals reach it, and it may outlive the caller.
    case session
    /// A new one that has this terminal for as long as the program runs.
    case foreground(terminal: Int32)
  }

  /// The program first: a path when it has a '/', else a name that is looked up in `PATH`.
  package var arguments: [String]
  /// `NAME=value`; nil is the caller's environment.
  package var environment: [String]?
  /// nil is the caller's.
  package var workingDirectory: String?
  package var input = Input.null
  package var output = Output.captured
  package var errors = Output.captured
  /// Further descriptors: the child's number (3 or more), and which of the caller's it is.
  package var descriptors: [Int32: Int32] = [:]
  package var group = Group.own
  /// After this the whole group is killed; nil waits for ever.
  package var timeout: Duration?

  package init(
    _ arguments: [String], environment: [String]? = nil, workingDirectory: String? = nil
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
  }
}

/// What came of a command.
package struct Completion: Sendable, Equatable {
  package let status: ExitStatus
  /// Empty unless captured.
  package let output: [UInt8]
  /// Empty unless captured.
  package let errors: [UInt8]

  package init(status: ExitStatus, output: [UInt8] = [], errors: [UInt8] = []) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  package var outputText: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

package import Processes

/// What a command may use at most. What is nil is not limited.
package struct SandboxLimits: Codable, Sendable, Equatable {
  /// In bytes, swap included.
  package var memory: Int64?
  /// Processors, also in parts.
  package var cpus: Double?

  package init(memory: Int64? = nil, cpus: Double? = nil) {
    self.memory = memory
    self.cpus = cpus
  }

  var isEmpty: Bool { memory == nil && cpus == nil }
}

/// How a command in a sandbox ended.
package struct SandboxEnding: Codable, Sendable, Equatable {
  package let status: ExitStatus
  /// Whether the kernel killed something in it for lack of memory; false where nobody can tell.
  package var ranOutOfMemory = false
}

/// How a process ended.
package enum ExitStatus: Sendable, Hashable, Codable {
  /// By itself, with this code (0 to 255).
  case exited(Int32)
  /// By a signal's number.
  case signaled(Int32)

  package static let success = ExitStatus.exited(0)

  package var isSuccess: Bool { self == .success }

  /// One number for both, as shells have it: 128 + n for signal n.
  package var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}

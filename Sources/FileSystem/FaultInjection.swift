import Glibc
import Synchronization

/// The seam at which tests make the file system fail.
///
/// `RUNCTL_FAULT=kill:N` ends the process without a word at its N-th change of the file system,
/// `RUNCTL_FAULT=full:N` lets the N-th and all later ones fail as on a full disk. Every change
/// made through this module, and every one in a snapshot, counts; without the variable the cost is one comparison.
package enum FaultInjection {
  private enum Fault {
    case none
    case kill(at: Int)
    case full(at: Int)
  }

  private static let fault: Fault = {
    guard let setting = getenv("RUNCTL_FAULT").map({ String(cString: $0) }) else { return .none }
    let parts = setting.split(separator: ":")
    guard parts.count == 2, let count = Int(parts[1]) else { return .none }
    switch parts[0] {
    case "kill": return .kill(at: count)
    case "full": return .full(at: count)
    default: return .none
    }
  }()
  private static let changes = Atomic<Int>(0)

  /// Stands before each change that takes room on the disk.
  package static func beforeWrite(_ path: String) throws(FileError) {
    switch fault {
    case .none: return
    case .kill: beforeRemoval()
    case .full(let at):
      if changes.wrappingAdd(1, ordering: .relaxed).newValue >= at {
        throw FileError("write", path, errno: ENOSPC)
      }
    }
  }

  /// Stands before each change that a full disk does not hinder.
  package static func beforeRemoval() {
    guard case .kill(let at) = fault else { return }
    if changes.wrappingAdd(1, ordering: .relaxed).newValue == at { kill(getpid(), SIGKILL) }
  }
}

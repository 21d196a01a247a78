import Dispatch
import Synchronization

/// ``WorkingChanges`` that git is asked for while other things are done.
package final class PendingChanges: Sendable {
  private let queue = DispatchQueue(label: "working changes")
  private let found = Mutex<WorkingChanges?>(nil)

  /// Asks git; for the parameters see ``WorkingChanges/look(in:leavingOut:)``.
  package init(in root: String, leavingOut written: [String] = []) {
    queue.async { [self] in
      let changes = WorkingChanges.look(in: root, leavingOut: written)
      found.withLock { $0 = changes }
    }
  }

  /// Waits for git's answer.
  package func result() -> WorkingChanges? {
    queue.sync { found.withLock { $0 } }
  }

  /// Does something with the answer, once it is there; nothing without one.
  package func whenKnown(_ body: @escaping @Sendable (WorkingChanges) -> Void) {
    queue.async { [self] in
      if let changes = found.withLock({ $0 }) { body(changes) }
    }
  }

  /// Waits until all of that is done.
  package func settle() { queue.sync {} }
}

import Dispatch
import Storage
import Synchronization

/// The user's store, opened on a thread of its own while the request is still to come.
final class SupervisedStore: Sendable {
  private let queue = DispatchQueue(label: "store")
  private let opened = Mutex<Result<Store, any Error>?>(nil)

  init() {
    queue.async {
      let result = Result { try Store(at: .ofUser(ProcessEnvironment.all)) }
      self.opened.withLock { $0 = result }
    }
  }

  /// Waits for it.
  func open() throws -> Store? {
    try queue.sync { try opened.withLock { try $0?.get() } }
  }
}

import Dispatch
package import OCI
import Synchronization

/// What is in an image, read on a thread of its own while something else is done.
package final class LazyTree: Sendable {
  private let queue = DispatchQueue(label: "image")
  private let tree = Mutex(RootTree(layers: []))

  package init(_ read: @escaping @Sendable () -> RootTree) {
    queue.async { self.tree.withLock { $0 = read() } }
  }

  /// Waits for it.
  package var value: RootTree { queue.sync { tree.withLock(\.self) } }
}

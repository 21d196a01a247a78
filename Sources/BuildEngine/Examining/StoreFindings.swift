import OCI
import Synchronization

/// What was found so far, by several threads.
final class StoreFindings: Sendable {
  private let found = Mutex<[StoreDamage]>([])

  func add(_ damage: StoreDamage) { found.withLock { $0.append(damage) } }

  func haveDamaged(blob: Digest) -> Bool {
    found.withLock { $0.contains { $0.kind == .blob && $0.name == blob.description } }
  }

  /// By kind, then by name.
  var all: [StoreDamage] {
    let order = StoreDamage.Kind.allCases
    let key = { (damage: StoreDamage) in (order.firstIndex(of: damage.kind) ?? 0, damage.name) }
    return found.withLock { $0.sorted { key($0) < key($1) } }
  }
}

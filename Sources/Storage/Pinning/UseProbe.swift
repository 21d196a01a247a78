import FileSystem
import OCI

/// Asks whether running commands, be it this one, rely on things, without hindering them.
final class UseProbe: Sendable {
  private let paths: StorePaths
  /// None in a store that cannot be written: nothing is taken away there.
  private let locks: ByteLocks?

  init(of store: Store) throws(FileError) {
    paths = store.paths
    locks = store.database.isReadOnly ? nil : try ByteLocks(store.paths.pins)
  }

  func isInUse(_ name: StoredItem.Name) throws(FileError) -> Bool {
    switch name {
    case .blob(let digest), .snapshot(let digest):
      return try locks?.isTaken(Pins.number(of: digest)) ?? false
    case .cacheMount(let key, let number):
      if locks == nil { return false }
      return try CacheMount.attemptAlone(key, number, in: paths) == nil
    case .step, .file: return false
    }
  }
}

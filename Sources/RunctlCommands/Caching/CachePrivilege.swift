import BuildEngine
import Sandbox
import Storage

/// Unpacked layers and caches have owners that only root of the user's namespace can act for.
enum CachePrivilege {
  static var isEnough: Bool { Sandbox.privilege != .none }

  /// - Throws: ``BuildError/needsUserNamespace``, with which the command goes on in one.
  static func require(for store: Store) throws {
    if !isEnough, store.hasFolders { throw BuildError.needsUserNamespace }
  }
}

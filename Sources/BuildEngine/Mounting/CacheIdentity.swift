import BuildPlan
import FileSystem
import Glibc
import OCI
import Storage

/// Which cache a cache mount means: that of its id, of what it started from, and of its owner.
///
/// Source: behaviour of BuildKit, where a cache's key is its id and the files that it starts from.
enum CacheIdentity {
  /// - Parameter seed: The chain of the root file system that it starts from.
  static func key(of cache: RunMount.Cache, seed: Digest?) -> Digest {
    var owner = ""
    if let ownership = cache.ownership {
      owner = "\(ownership.uid):\(ownership.gid) \(String(ownership.permissions, radix: 8))"
    }
    var text = "runctl cache 1\n"
    let parts = [
      cache.id, cache.seed == nil ? "" : "seed " + (seed?.description ?? "nothing"), owner,
    ]
    for part in parts { text += "\(part.utf8.count) \(part)\n" }
    return SHA256.digest(of: text)
  }

  /// One that lies over what it started from is never in two overlays at once: the kernel does not
  /// allow that.
  static func sharing(of cache: RunMount.Cache) -> CacheMount.Sharing {
    switch cache.sharing {
    case .shared: cache.seed != nil && cache.ownership == nil ? .locked : .shared
    case .locked: .locked
    case .private: .alone
    }
  }

  /// Gives a new cache its owner.
  static func furnish(_ directory: String, for cache: RunMount.Cache) throws(FileError) {
    let owner = cache.ownership ?? .init(permissions: 0o755, uid: 0, gid: 0)
    guard chown(directory, owner.uid, owner.gid) == 0,
      chmod(directory, mode_t(owner.permissions)) == 0
    else { throw FileError("set the owner of", directory) }
  }
}

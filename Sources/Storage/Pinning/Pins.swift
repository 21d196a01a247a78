import FileSystem
import Glibc
import OCI
import Synchronization

/// What this process relies on: blobs and snapshots that nobody takes away while it has the store
/// open.
///
/// A pin is a lock on the number that stands for a digest, held together with all others who need
/// the same. It is taken *before* a look whether the thing is there: what was there at that look
/// stays. Whoever takes something away has its number alone meanwhile (``Claims``).
final class Pins: Sendable {
  private struct State: ~Copyable {
    var locks: ByteLocks?
    var held: Set<Int64> = []
  }

  private let path: String
  private let isReadOnly: Bool
  private let isCancelled: @Sendable () -> Bool
  private let state = Mutex(State())

  init(path: String, isReadOnly: Bool, isCancelled: @escaping @Sendable () -> Bool) {
    self.path = path
    self.isReadOnly = isReadOnly
    self.isCancelled = isCancelled
  }

  /// Somebody who takes things away has them for a few milliseconds.
  private static let pause: UInt32 = 500

  /// Returns when nobody can take away any more what has this name.
  func pin(_ digest: Digest) throws(FileError) {
    let number = Self.number(of: digest)
    while try !hold(number) {
      if isCancelled() { throw FileError("wait for the lock", path, errno: ECANCELED) }
      usleep(Self.pause)
    }
  }

  private func hold(_ number: Int64) throws(FileError) -> Bool {
    try state.withLock { state throws(FileError) -> Bool in
      if state.held.contains(number) { return true }
      if state.locks == nil {
        // Nobody takes anything away from a store that nobody has written since there are pins.
        if isReadOnly, !FileTree.exists(path) { return true }
        state.locks = isReadOnly ? try ByteLocks(readOnly: path) : try ByteLocks(path)
      }
      guard try state.locks?.attempt(number, .shared) == true else { return false }
      state.held.insert(number)
      return true
    }
  }

  /// The first 62 bits: what kernels take as a place in a file. Two digests with the same number are
  /// pinned together, which does no harm.
  static func number(of digest: Digest) -> Int64 {
    digest.withBytes { bytes in
      Int64(UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) >> 2)
    }
  }
}

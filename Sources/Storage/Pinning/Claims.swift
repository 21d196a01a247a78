import FileSystem
import OCI

/// What somebody is about to take away from the store: nobody relies on it, and nobody can begin to
/// while this lives. Never waits.
struct Claims: ~Copyable {
  private let locks: ByteLocks
  private var held: Set<Int64> = []

  /// - Parameter path: The file of the ``Pins``; those of this process count as all others.
  init(path: String) throws(FileError) { locks = try ByteLocks(path) }

  /// - Returns: Whether nobody relies on any of them; else none is claimed.
  mutating func claim(_ digests: [Digest]) throws(FileError) -> Bool {
    let wanted = Set(digests.map(Pins.number)).subtracting(held)
    var taken: [Int64] = []
    for number in wanted {
      guard try locks.attempt(number, .exclusive) else {
        for number in taken { try locks.release(number) }
        return false
      }
      taken.append(number)
    }
    held.formUnion(taken)
    return true
  }

  /// Whether somebody relies on it now.
  func isPinned(_ digest: Digest) throws(FileError) -> Bool {
    try locks.isTaken(Pins.number(of: digest))
  }
}

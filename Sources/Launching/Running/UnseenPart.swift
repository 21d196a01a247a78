import Synchronization

/// Of something that is told once more from its start, only what did not come before.
final class UnseenPart: Sendable {
  private let known: Mutex<Int>

  /// - Parameter known: How many bytes came before.
  init(after known: Int) { self.known = Mutex(known) }

  func take(_ bytes: [UInt8]) -> [UInt8] {
    known.withLock { known in
      let passed = min(known, bytes.count)
      known -= passed
      return Array(bytes[passed...])
    }
  }
}

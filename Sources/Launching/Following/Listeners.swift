import Glibc
import Synchronization

/// Those who listen to what a run prints, as descriptors: borrowed. Who does not listen any more is
/// left alone.
package final class Listeners: Sendable {
  private let deaf = Mutex<Set<Int32>>([])

  package init() {}

  /// Each stream to this program's own.
  package func pass(_ chunks: [RunNews.Chunk]) {
    for chunk in chunks {
      pass(chunk.bytes, to: chunk.stream == .errors ? STDERR_FILENO : STDOUT_FILENO)
    }
  }

  func pass(_ bytes: [UInt8], to descriptor: Int32) {
    deaf.withLock { deaf in
      if !deaf.contains(descriptor), !Self.write(bytes, to: descriptor) {
        deaf.insert(descriptor)
      }
    }
  }

  /// - Returns: false when nobody takes it.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(
          descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&room, 1, -1)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}

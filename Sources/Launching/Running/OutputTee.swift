import FileSystem
import Glibc
import Processes
import Synchronization

/// Writes what a program prints to the caller's descriptors and to the log, byte for byte.
///
/// A caller who does not listen any more, or a log that cannot grow, does not stop the program.
final class OutputTee: Sendable {
  private struct State {
    var deaf: Set<Int32> = []
    var failure: FileError?
  }

  private let log: File
  private let state = Mutex(State())

  init(log path: String) throws(FileError) {
    log = try File.create(path)
  }

  /// What the log lacks, if anything.
  var problem: LaunchError? {
    state.withLock { state in
      state.failure.map { LaunchError.logIncomplete(path: $0.path, reason: $0.reason) }
    }
  }

  func output(to descriptor: Int32) -> Command.Output {
    .chunks { self.write($0, to: descriptor) }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) {
    state.withLock { state in
      if state.failure == nil {
        do throws(FileError) { try log.write(bytes) } catch { state.failure = error }
      }
      if !state.deaf.contains(descriptor), !Self.pass(bytes, to: descriptor) {
        state.deaf.insert(descriptor)
      }
    }
  }

  /// - Returns: false when nobody takes it.
  private static func pass(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
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

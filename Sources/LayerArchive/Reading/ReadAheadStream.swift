import Dispatch

/// Prepares the next block on another thread while the last one is used.
///
/// `@unchecked Sendable`: the queue's work touches `source`, `rest` and the buffer that is being
/// filled; everybody else does so only after waiting for the group, while no work is under way.
final class ReadAheadStream: ByteStream, @unchecked Sendable {
  private struct Buffer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 16)
    var count = 0

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }
  }

  private let source: any ByteStream
  private let queue = DispatchQueue(label: "runctl.read-ahead")
  private let filling = DispatchGroup()
  /// What the source gave and no buffer has yet.
  private var rest = UnsafeRawBufferPointer(start: nil, count: 0)
  private var upcoming = Buffer()
  private var current = Buffer()
  private var failure: (any Error)?
  private var isAtEnd = false

  init(_ source: any ByteStream) {
    self.source = source
    startFilling()
  }

  deinit {
    // No work is under way: it would keep this object.
    upcoming.memory.deallocate()
    current.memory.deallocate()
  }

  func next() throws -> UnsafeRawBufferPointer {
    filling.wait()
    if let failure { throw failure }
    swap(&upcoming, &current)
    if isAtEnd { upcoming.count = 0 } else { startFilling() }
    return current.bytes
  }

  private func startFilling() {
    queue.async(group: filling) {
      do { try self.fill() } catch { self.failure = error }
    }
  }

  private func fill() throws {
    upcoming.count = 0
    while upcoming.count < upcoming.memory.count {
      if rest.isEmpty { rest = try source.next() }
      if rest.isEmpty {
        isAtEnd = true
        return
      }
      let count = min(rest.count, upcoming.memory.count - upcoming.count)
      let room = UnsafeMutableRawBufferPointer(rebasing: upcoming.memory[upcoming.count...])
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
      upcoming.count += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Reads to the end; the source is then free again.
  func drain() throws {
    while try !next().isEmpty {}
  }
}

package import FileSystem
import Glibc

/// Reads what ``RunLogWriter`` writes, also while it does.
package struct RunLogReader: Sendable {
  /// The most bytes that one call reads, unless it says otherwise.
  package static let portion = 1 << 20

  private let path: String

  /// - Parameter path: Of the log; it need not exist yet.
  package init(_ path: String) { self.path = path }

  /// Bytes that are there.
  package func length() throws(FileError) -> Int64 {
    try FileStatus.of(path, followLink: true)?.size ?? 0
  }

  /// Since it grew; zero where there is none.
  func silence() -> Duration {
    guard let status = try? FileStatus.of(path, followLink: true) else { return .zero }
    return max(.zero, .milliseconds(WallClock.milliseconds) - .nanoseconds(status.modified))
  }

  /// What follows the first `offset` bytes.
  /// - Parameter limit: The most bytes of it.
  package func chunks(
    after offset: Int64, limit: Int = portion
  ) throws(FileError) -> [RunNews.Chunk] {
    guard try length() > offset else { return [] }
    let log = try File.open(path)
    var bytes = [UInt8](repeating: 0, count: limit)
    var failure: FileError?
    let count = bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) { return try log.read(at: offset, into: buffer) } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    bytes.removeLast(bytes.count - count)
    return try Self.cut(bytes, from: offset, by: entries(from: offset, to: offset + Int64(count)))
  }

  private struct Entry {
    let offset: Int64
    let stream: RunNews.Stream
    let time: Int64
  }

  private static func cut(_ bytes: [UInt8], from start: Int64, by entries: [Entry])
    -> [RunNews.Chunk]
  {
    // A log that lost its index is still a log.
    let entries = entries.isEmpty ? [Entry(offset: start, stream: .output, time: 0)] : entries
    let end = start + Int64(bytes.count)
    return entries.indices.compactMap { index in
      let lower = index == 0 ? start : max(start, entries[index].offset)
      let upper = index + 1 < entries.count ? min(end, entries[index + 1].offset) : end
      guard lower < upper else { return nil }
      return RunNews.Chunk(
        stream: entries[index].stream, bytes: Array(bytes[Int(lower - start)..<Int(upper - start)]),
        time: entries[index].time)
    }
  }

  /// The entry that `lower` is in, and those up to `upper`.
  private func entries(from lower: Int64, to upper: Int64) throws(FileError) -> [Entry] {
    let indexPath = RunLogWriter.indexPath(path)
    guard FileTree.exists(indexPath) else { return [] }
    let index = try File.open(indexPath)
    let count = Int(try index.status().size) / RunLogWriter.entrySize
    // Later entries never start earlier; where the last that starts at or before `lower` is, is
    // found by halving.
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if try Self.entry(middle, in: index).map({ $0.offset <= lower }) ?? false {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var found: [Entry] = []
    for position in max(0, low - 1)..<count {
      guard let entry = try Self.entry(position, in: index) else { continue }
      if entry.offset >= upper { break }
      found.append(entry)
    }
    return found
  }

  /// nil for one that a kill left behind incomplete.
  private static func entry(_ position: Int, in index: borrowing File) throws(FileError) -> Entry? {
    var words: (UInt64, UInt64) = (0, 0)
    var failure: FileError?
    let count = withUnsafeMutableBytes(of: &words) { buffer in
      do throws(FileError) {
        return try index.read(at: Int64(position * RunLogWriter.entrySize), into: buffer)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    let (offset, mark) = (UInt64(littleEndian: words.0), UInt64(littleEndian: words.1))
    guard count == RunLogWriter.entrySize, offset <= UInt64(Int64.max) else { return nil }
    return Entry(
      offset: Int64(offset), stream: mark & 1 == 1 ? .errors : .output, time: Int64(mark >> 1))
  }
}

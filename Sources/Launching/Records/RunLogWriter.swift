package import FileSystem
import Glibc

/// What a run printed, on the disk: `log` with every byte, both streams as they came, and
/// `log.index`, which knows of each chunk where it starts, its stream and its time.
///
/// An entry of the index is 16 bytes, little-endian: the offset of the chunk's first byte in the log,
/// then the time in milliseconds since 1970-01-01T00:00:00Z, doubled, plus one for standard error.
/// It is written before its chunk, so that no byte is ever without one.
package struct RunLogWriter: ~Copyable, Sendable {
  package static let entrySize = 16

  private let log: File
  private let index: File
  /// Bytes in the log.
  package private(set) var length: Int64
  private var last: (stream: RunNews.Stream, time: Int64)?

  /// - Parameter path: Of the log, which must not exist yet.
  package init(creating path: String) throws(FileError) {
    let log = try File.create(path)
    self.init(log, try File.create(Self.indexPath(path)), length: 0)
  }

  /// Goes on behind what another process wrote, however it ended.
  package init(continuing path: String) throws(FileError) {
    let flags = O_RDWR | O_CREAT | O_APPEND
    let log = try File.open(path, flags: flags)
    let index = try File.open(Self.indexPath(path), flags: flags)
    try Self.removeTornEntry(index)
    let length = try log.status().size
    self.init(log, index, length: length)
  }

  private init(_ log: consuming File, _ index: consuming File, length: Int64) {
    self.log = log
    self.index = index
    self.length = length
  }

  /// It would move all that follow.
  private static func removeTornEntry(_ index: borrowing File) throws(FileError) {
    let size = try index.status().size
    let torn = size % Int64(entrySize)
    if torn > 0, ftruncate(index.descriptor, off_t(size - torn)) != 0 {
      throw FileError("shorten", index.path)
    }
  }

  package static func indexPath(_ log: String) -> String { log + ".index" }

  /// - Parameter time: Milliseconds since 1970-01-01T00:00:00Z.
  package mutating func append(
    _ bytes: [UInt8], _ stream: RunNews.Stream, time: Int64
  ) throws(FileError) {
    guard !bytes.isEmpty else { return }
    if last.map({ $0 != (stream, time) }) ?? true {
      let mark = UInt64(bitPattern: time) << 1 | (stream == .errors ? 1 : 0)
      try index.write(Self.bytes(UInt64(length)) + Self.bytes(mark))
      last = (stream, time)
    }
    try log.write(bytes)
    length += Int64(bytes.count)
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

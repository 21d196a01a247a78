import FileSystem
import Glibc
import OCI
import Synchronization

@testable import ContextScan

/// A directory of a test's own, gone afterwards.
final class Scratch: Sendable {
  let path: String

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/runctl-context-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FileError("make a directory in", parent) }
    path = String(cString: made)
  }

  deinit { try? FileTree.remove(path) }

  /// Lays out paths: a slash at the end makes a directory, `>` a link; others are files that contain
  /// their path.
  convenience init(_ paths: String...) throws {
    try self.init()
    for path in paths { try add(path) }
  }

  func add(_ entry: String) throws {
    let parts = entry.split(separator: ">", maxSplits: 1).map(String.init)
    try FileTree.makeDirectories(FileTree.parentPath(of: path + "/" + parts[0]))
    if parts.count == 2 {
      guard symlink(parts[1], path + "/" + parts[0]) == 0 else { throw FileError("link", entry) }
    } else if entry.hasSuffix("/") {
      try FileTree.makeDirectories(path + "/" + entry)
    } else {
      try write(entry, entry)
    }
  }

  /// Writes into the file itself: its inode stays.
  func write(_ name: String, _ text: String) throws {
    try File.open(path + "/" + name, flags: O_WRONLY | O_CREAT | O_TRUNC).write(Array(text.utf8))
  }

  func status(_ name: String) throws -> FileStatus? {
    try FileStatus.of(path + "/" + name, followLink: false)
  }

  /// Sets the time of the last change of the content, which anybody can; ctime tells the truth.
  func setModified(_ name: String, _ time: FileTime) {
    var times = [timespec(), timespec()]
    times[1].tv_sec = Int(time / 1_000_000_000)
    times[1].tv_nsec = Int(time % 1_000_000_000)
    utimensat(AT_FDCWD, path + "/" + name, times, AT_SYMLINK_NOFOLLOW)
  }
}

/// A clock with steps of any length, which goes on when somebody waits.
final class CoarseClock: FileClock {
  let granularity: FileTime
  /// What is now, relative to the real time.
  private let offset: Mutex<FileTime>
  private let waits = Mutex<[FileTime]>([])
  private let whileWaiting: @Sendable () throws -> Void

  /// - Parameter ahead: How long after the last change of any file it seems to be.
  init(
    granularity: FileTime, ahead: FileTime = 0,
    whileWaiting: @escaping @Sendable () throws -> Void = {}
  ) {
    self.granularity = granularity
    offset = Mutex(ahead)
    self.whileWaiting = whileWaiting
  }

  func now() -> FileTime {
    let now = SystemClock.now() + offset.withLock { $0 }
    return now - now % granularity
  }

  func waitUntil(after moment: FileTime, by distance: FileTime) throws {
    guard moment - now() < distance, now() - moment < distance else { return }
    waits.withLock { $0.append(moment) }
    try whileWaiting()
    offset.withLock { $0 += 2 * distance }
  }

  var waited: [FileTime] { waits.withLock { $0 } }
}

/// Records in memory; traps nothing, for everything may be asked.
final class MemoryStorage: DigestStorage {
  private let blobs = Mutex<[[UInt8]: [UInt8]]>([:])

  func records(of directory: [UInt8]) throws -> [UInt8]? { blobs.withLock { $0[directory] } }

  func set(_ changed: [[UInt8]: [UInt8]]) throws {
    blobs.withLock { $0.merge(changed) { $1 } }
  }

  /// The files of a directory that are known.
  func names(in directory: String) -> Set<String> {
    let bytes = blobs.withLock { $0[Array(directory.utf8)] } ?? []
    return Set(DigestRecord.decode(bytes).keys.map { String(decoding: $0, as: UTF8.self) })
  }

  func replace(_ directory: String, _ bytes: [UInt8]) {
    blobs.withLock { $0[Array(directory.utf8)] = bytes }
  }
}

extension ContextTree {
  var paths: [String] { entries.map { String(decoding: $0.path.bytes, as: UTF8.self) } }

  func file(_ path: String) -> ContextEntry? { entry(at: TreePath(path)) }
}

import Dispatch
import FileSystem
import Glibc
import Synchronization
import Testing

@testable import SQLite

/// A database of which somebody has changed bytes.
struct DamageTests {
  private let scratch: Scratch
  private let found = Asides()

  init() throws { scratch = try Scratch() }

  private final class Asides: Sendable {
    let paths = Mutex<[String]>([])
  }

  private func database() -> SerializedDatabase {
    SerializedDatabase(
      path: scratch.path, mode: .readWrite,
      migrations: [Migration("CREATE TABLE t (v); CREATE TABLE filled (v)")],
      fill: { try $0.execute("INSERT INTO filled VALUES (1)") },
      onDamage: { [found] aside in found.paths.withLock { $0.append(aside) } })
  }

  /// Several pages, all of them in the file itself.
  private func fill() throws {
    try database().use { database in
      for number in 0..<20 {
        try database.execute(
          "INSERT INTO t VALUES (?)",
          [.blob([UInt8](repeating: UInt8(number), count: 2_000))])
      }
      try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  private func values() throws -> [[UInt8]] {
    try database().use { try $0.all("SELECT v FROM t ORDER BY v") { $0.blob(0) } }
  }

  @Test func noByteChangesUnnoticed() throws {
    try fill()
    let right = try values()
    let bytes = try FileTree.read(scratch.path)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<100 {
      var damaged = bytes
      let at = Int.random(in: 0..<bytes.count, using: &random)
      damaged[at] ^= UInt8.random(in: 1...255, using: &random)
      try FileTree.replace(scratch.path, with: damaged)
      for suffix in ["-wal", "-shm"] { try FileTree.removeFile(scratch.path + suffix) }
      let values = try values()
      #expect(values == right || values == [], "the byte at \(at)")
      for aside in found.paths.withLock({ $0 }) { try FileTree.removeFile(aside) }
    }
    #expect(found.paths.withLock { $0.count } > 60)
  }

  @Test(arguments: [0, 1, 99, 100, 511, 4_095, 4_096, 4_097, 8_192, 30_000])
  func aShorterFileIsNoReasonToEnd(size: Int) throws {
    try fill()
    try FileTree.replace(scratch.path, with: Array(FileTree.read(scratch.path).prefix(size)))
    for suffix in ["-wal", "-shm"] { try FileTree.removeFile(scratch.path + suffix) }
    #expect(try values() == [])
    let filled = try database().use { try $0.all("SELECT v FROM filled") { $0.integer(0) } }
    #expect(filled == [1])
  }

  /// What fails for another reason says nothing about the file.
  @Test func onlyWhatIsDamagedIsSetAside() throws {
    try fill()
    let log = scratch.path + "-wal"
    let error = #expect(throws: SQLiteError.self) {
      try database().use { _ in
        for suffix in ["-wal", "-shm"] { try FileTree.removeFile(scratch.path + suffix) }
        try FileTree.makeDirectories(log)
        throw SQLiteError(code: 11, message: "as if", statement: "")
      }
    }
    #expect(error?.isCorruption == false)
    #expect(found.paths.withLock { $0 } == [])
    try FileTree.remove(log)
    #expect(try values().count == 20)
  }

  @Test func nobodyOpensItWhileItIsSetAside() throws {
    let lock = try FileLock.acquire(directory: FileTree.parentPath(of: scratch.path))
    let (database, queue, group) = (database(), DispatchQueue(label: "test"), DispatchGroup())
    queue.async(group: group) { _ = try? database.use { try $0.execute("DELETE FROM t") } }
    usleep(200_000)
    #expect(!FileTree.exists(scratch.path))
    _ = consume lock
    group.wait()
    #expect(FileTree.exists(scratch.path))
  }

  /// With its pages in memory by mmap, this would end the process.
  @Test func aFileMayShrinkWhileItIsUsed() throws {
    try fill()
    let database = database()
    try database.use { try $0.execute("PRAGMA cache_size = 2") }
    _ = try database.use { try $0.all("SELECT v FROM t") { $0.blob(0) } }
    truncate(scratch.path, 4_096)
    #expect(try database.use { try $0.all("SELECT v FROM t") { $0.blob(0) } } == [])
    #expect(found.paths.withLock { $0.count } == 1)
  }
}

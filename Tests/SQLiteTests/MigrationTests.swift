import Dispatch
import Synchronization
import Testing

@testable import SQLite

struct MigrationTests {
  private static let steps = [
    Migration("CREATE TABLE a (v)"), Migration("INSERT INTO a VALUES (1); CREATE TABLE b (v)"),
    Migration("ALTER TABLE a ADD COLUMN w DEFAULT 7"),
  ]

  private static func use<Result>(
    _ scratch: Scratch, _ count: Int, _ mode: Database.Mode = .readWrite,
    _ body: (Database) throws -> Result
  ) throws -> Result {
    try SerializedDatabase(
      path: scratch.path, mode: mode, migrations: Array(steps.prefix(count))
    ).use(body)
  }

  @Test func goesForwardStepByStepAndKeepsWhatIsThere() throws {
    let scratch = try Scratch()
    for count in 0...3 {
      #expect(try Self.use(scratch, count) { try $0.schemaVersion() } == count)
    }
    let values = try Self.use(scratch, 3) { database in
      try database.all("SELECT v, w FROM a") { [$0.integer(0), $0.integer(1)] }
    }
    #expect(values == [[1, 7]])
  }

  @Test func goesAllTheWayOrNotAtAll() throws {
    let scratch = try Scratch()
    _ = try Self.use(scratch, 1) { _ in }
    let broken = SerializedDatabase(
      path: scratch.path, mode: .readWrite,
      migrations: Self.steps.prefix(2) + [Migration("CREATE TABLE a (again)")])
    #expect(throws: SQLiteError.self) { try broken.use { _ in } }
    #expect(try Self.use(scratch, 1) { try $0.schemaVersion() } == 1)
    #expect(throws: SQLiteError.self) {
      try Self.use(scratch, 1) { try $0.execute("SELECT * FROM b") }
    }
  }

  @Test func refusesWhatANewerOneWrote() throws {
    let scratch = try Scratch()
    _ = try Self.use(scratch, 3) { _ in }
    for mode in [Database.Mode.readWrite, .readOnly] {
      #expect(throws: MigrationError.tooNew(version: 3, known: 2)) {
        try Self.use(scratch, 2, mode) { _ in }
      }
    }
  }

  /// A schema cannot be brought forward by somebody who only looks.
  @Test func onlyLooksAtTheNewest() throws {
    let scratch = try Scratch()
    _ = try Self.use(scratch, 1) { _ in }
    #expect(throws: MigrationError.tooOld(version: 1, known: 2)) {
      try Self.use(scratch, 2, .readOnly) { _ in }
    }
    #expect(try Self.use(scratch, 1, .readOnly) { try $0.schemaVersion() } == 1)
  }

  /// Two processes that find an old schema at once: one goes forward, the other finds it done.
  @Test func severalAtOnceGoForwardOnce() throws {
    let scratch = try Scratch()
    let failures = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      do {
        try Self.use(scratch, 3) { database in
          try database.transaction { try database.execute("INSERT INTO b VALUES (1)") }
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    #expect(failures.withLock { $0 } == [])
    let count = try Self.use(scratch, 3) { try $0.all("SELECT v FROM a") { $0.integer(0) }.count }
    #expect(count == 1)
    #expect(try Self.use(scratch, 3) { try $0.all("SELECT v FROM b") { _ in 0 }.count } == 8)
  }

  @Test func oneConnectionServesManyThreads() throws {
    let scratch = try Scratch()
    let database = SerializedDatabase(
      path: scratch.path, mode: .readWrite, migrations: [Migration("CREATE TABLE t (v)")])
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 50) { index in
      do {
        try database.use { try $0.execute("INSERT INTO t VALUES (?)", [.integer(Int64(index))]) }
      } catch { failures.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    let values = try database.use { try $0.all("SELECT v FROM t ORDER BY v") { $0.integer(0) } }
    #expect(values == (0..<50).map { Int64($0) })
  }
}

import Testing

@testable import SQLite

struct DatabaseTests {
  @Test(arguments: [
    Value.null, .integer(0), .integer(.min), .integer(.max), .real(-1.5), .real(.infinity),
    .text(""),
    .text("é\u{0}b"), .text("'; DROP TABLE t"), .blob([]), .blob([0, 255, 0]),
    .blob([UInt8](repeating: 7, count: 100_000)),
  ])
  func keepsValues(value: Value) throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path, mode: .readWrite)
    try database.execute("CREATE TABLE t (v)")
    try database.execute("INSERT INTO t VALUES (?)", [value])
    let isKept = try database.first("SELECT v FROM t") { row in
      switch value {
      case .null: row.isNull(0)
      case .integer(let number): row.integer(0) == number && !row.isNull(0)
      case .real(let number): row.real(0) == number
      case .text(let text): row.text(0) == text && !row.isNull(0)
      case .blob(let bytes): row.blob(0) == bytes && !row.isNull(0)
      }
    }
    #expect(isKept == true)
  }

  @Test func optionalValues() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path, mode: .readWrite)
    #expect(Value.optional(String?.none) == .null && Value.optional("a") == .text("a"))
    #expect(Value.optional(Int64?.none) == .null && Value.optional([UInt8]?.none) == .null)
    try database.query("SELECT NULL, 'a', 5") { row in
      #expect(row.optionalText(0) == nil && row.optionalInteger(0) == nil)
      #expect(row.optionalText(1) == "a" && row.optionalInteger(2) == 5)
    }
  }

  @Test func answersWithRows() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path, mode: .readWrite)
    try database.script("CREATE TABLE t (v); INSERT INTO t VALUES (3), (1), (2)")
    #expect(try database.all("SELECT v FROM t ORDER BY v") { $0.integer(0) } == [1, 2, 3])
    #expect(
      try database.first("SELECT v FROM t WHERE v > ?", [.integer(9)]) { $0.integer(0) } == nil)
    try database.execute("CREATE TABLE k (id INTEGER PRIMARY KEY)")
    try database.execute("INSERT INTO k VALUES (41)")
    #expect(database.lastInsertedID == 41)
    // The same statement again, with other values: nothing of the first stays.
    for value in [Value.integer(1), .null] {
      let found = try database.first("SELECT ?", [value]) { $0.isNull(0) }
      #expect(found == (value == .null))
    }
    #expect(try database.first("SELECT ?") { $0.isNull(0) } == true)
  }

  @Test func aTransactionIsAllOrNothing() throws {
    let scratch = try Scratch()
    let database = try Database(path: scratch.path, mode: .readWrite)
    try database.execute("CREATE TABLE t (v)")
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try database.transaction {
        try database.execute("INSERT INTO t VALUES (1)")
        throw Stop()
      }
    }
    #expect(throws: SQLiteError.self) {
      try database.transaction {
        try database.execute("INSERT INTO t VALUES (1)")
        try database.execute("INSERT INTO none VALUES (1)")
      }
    }
    #expect(try database.all("SELECT v FROM t") { $0.integer(0) } == [])
    let result = try database.transaction {
      try database.execute("INSERT INTO t VALUES (2)")
      return "done"
    }
    #expect(result == "done")
    let other = try Database(path: scratch.path, mode: .readOnly)
    #expect(try other.all("SELECT v FROM t") { $0.integer(0) } == [2])
  }

  @Test func readersDoNotWaitForAWriter() throws {
    let scratch = try Scratch()
    let writer = try Database(path: scratch.path, mode: .readWrite)
    try writer.script("CREATE TABLE t (v); INSERT INTO t VALUES (1)")
    let reader = try Database(path: scratch.path, mode: .readOnly)
    try writer.transaction {
      try writer.execute("UPDATE t SET v = 2")
      #expect(try reader.first("SELECT v FROM t") { $0.integer(0) } == 1)
    }
    #expect(try reader.first("SELECT v FROM t") { $0.integer(0) } == 2)
  }

  @Test func readingChangesNothing() throws {
    let scratch = try Scratch()
    #expect(throws: SQLiteError.self) { _ = try Database(path: scratch.path, mode: .readOnly) }
    try Database(path: scratch.path, mode: .readWrite).execute("CREATE TABLE t (v)")
    let reader = try Database(path: scratch.path, mode: .readOnly)
    let error = #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (1)") }
    #expect(error?.isReadOnly == true)
  }

  @Test func saysWhatIsWrong() throws {
    let scratch = try Scratch()
    let missing = #expect(throws: SQLiteError.self) {
      _ = try Database(path: scratch.path + "/none/x", mode: .readWrite)
    }
    #expect(missing.map { $0.code & 0xff } == 14)
    scratch.write([UInt8](repeating: 0x41, count: 5_000))
    let damaged = #expect(throws: SQLiteError.self) {
      _ = try Database(path: scratch.path, mode: .readWrite)
    }
    #expect(damaged?.isCorruption == true)
    #expect(damaged?.isFull == false)
    #expect(throws: SQLiteError.self) {
      try Database(path: ":memory:", mode: .readWrite).execute("")
    }
    #expect(throws: SQLiteError.self) {
      try Database(path: ":memory:", mode: .readWrite).execute("SELEKT")
    }
  }
}

import CSQLite

/// A connection. Not for use by two threads at once: its owner keeps it in a `Mutex`.
package final class Database {
  package enum Mode: Sendable {
    /// Never changes a byte of the file. Fails when the file is not there.
    case readOnly
    /// Made when it is not there.
    case readWrite
  }

  private let connection: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]

  /// Write-ahead log, so that readers do not wait; not synced at each commit: a loss of power takes
  /// the last transactions away, whole, and never damages the file (sqlite.org/wal.html). What
  /// somebody else did to the file is seen when it is read: its pages are sealed.
  package init(path: String, mode: Mode) throws(SQLiteError) {
    var opened: OpaquePointer?
    let flags =
      mode == .readOnly
      ? SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
      : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, csqlite_sealed_layer())
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      let systemError = opened.map { sqlite3_system_errno($0) } ?? 0
      sqlite3_close(opened)
      throw SQLiteError(
        code: code, systemError: systemError, message: message, statement: "open")
    }
    connection = opened
    sqlite3_extended_result_codes(opened, 1)
    sqlite3_busy_timeout(opened, 30_000)
    guard mode == .readWrite else { return }
    try sealIfNew()
    try execute("PRAGMA journal_mode = WAL")
    try execute("PRAGMA synchronous = NORMAL")
    // Folding the log into the file syncs both, and nobody should wait for that at the end of each
    // command; it is done when the log has grown.
    csqlite_keep_log_on_close(opened)
    try execute("PRAGMA wal_autocheckpoint = 250")
  }

  /// A new database gets seals; one of an older runctl stays as it is.
  private func sealIfNew() throws(SQLiteError) {
    guard try first("PRAGMA page_count", [], { $0.integer(0) }) == 0 else { return }
    // Nothing is in it yet that a sync could save.
    try execute("PRAGMA synchronous = OFF")
    try check(csqlite_reserve_seals(connection), "reserve")
    try execute("PRAGMA application_id = \(CSQLITE_SEALED_ID)")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close(connection)
  }

  /// Runs a statement and gives each row to `body`.
  package func query(
    _ sql: String, _ values: [Value] = [], _ body: (Row) -> Void
  ) throws(SQLiteError) {
    let statement = try prepare(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      try check(bind(value, to: statement, at: Int32(index + 1)), sql)
    }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else {
        try check(code, sql)
        return
      }
      body(Row(statement: statement))
    }
  }

  package func execute(_ sql: String, _ values: [Value] = []) throws(SQLiteError) {
    try query(sql, values) { _ in }
  }

  /// - Returns: What `body` makes of the first row, or nil when there is none.
  package func first<Result>(
    _ sql: String, _ values: [Value] = [], _ body: (Row) -> Result
  ) throws(SQLiteError) -> Result? {
    var result: Result?
    try query(sql, values) { row in if result == nil { result = body(row) } }
    return result
  }

  package func all<Result>(
    _ sql: String, _ values: [Value] = [], _ body: (Row) -> Result
  ) throws(SQLiteError) -> [Result] {
    var results: [Result] = []
    try query(sql, values) { results.append(body($0)) }
    return results
  }

  package var lastInsertedID: Int64 { sqlite3_last_insert_rowid(connection) }

  /// Everything in `body` or nothing of it. The write lock is taken at the start, so that two
  /// processes wait for each other instead of failing half-way.
  package func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// Runs several statements that take no values.
  package func script(_ sql: String) throws(SQLiteError) {
    try check(sqlite3_exec(connection, sql, nil, nil, nil), sql)
  }

  private func prepare(_ sql: String) throws(SQLiteError) -> OpaquePointer {
    if let ready = statements[sql] { return ready }
    var statement: OpaquePointer?
    try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil), sql)
    guard let statement else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement", statement: sql)
    }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .real(let number): sqlite3_bind_double(statement, index, number)
    case .text(let text): csqlite_bind_text(statement, index, text, Int32(text.utf8.count))
    case .blob(let bytes): csqlite_bind_blob(statement, index, bytes, bytes.count)
    }
  }

  private func check(_ code: Int32, _ sql: String) throws(SQLiteError) {
    guard code != SQLITE_OK, code != SQLITE_DONE, code != SQLITE_ROW else { return }
    throw SQLiteError(
      code: code, systemError: sqlite3_system_errno(connection),
      message: String(cString: sqlite3_errmsg(connection)), statement: sql)
  }
}

/// What SQLite refused to do. Codes are SQLite's own (`sqlite3.h`, "Result Codes").
package struct SQLiteError: Error, Equatable {
  package let code: Int32
  /// SQLite's text, for people who report a fault.
  package let message: String
  package let statement: String

  /// The file is not a database, or its contents contradict themselves.
  package var isCorruption: Bool { [11, 26].contains(code & 0xff) }
  package var isFull: Bool { code & 0xff == 13 }
  package var isReadOnly: Bool { code & 0xff == 8 }
  package var cannotOpen: Bool { code & 0xff == 14 }
}

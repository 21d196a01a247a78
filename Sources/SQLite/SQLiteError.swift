import Glibc

/// What SQLite refused to do. Codes are SQLite's own (`sqlite3.h`, "Result Codes").
package struct SQLiteError: Error, Equatable {
  package let code: Int32
  /// What the system's last refusal was; only errors of reading and writing have one of their own.
  package let systemError: Int32
  /// SQLite's text, for people who report a fault.
  package let message: String
  package let statement: String

  private static let shortRead: Int32 = 10 | 2 << 8

  package init(code: Int32, systemError: Int32 = 0, message: String, statement: String) {
    self.code = code
    self.systemError = systemError
    self.message = message
    self.statement = statement
  }

  /// The file is not a database, or its contents contradict themselves.
  package var isCorruption: Bool { [11, 26].contains(code & 0xff) || code == Self.shortRead }
  package var isReadOnly: Bool { code & 0xff == 8 }

  /// The log's table of contents, too, needs room, and then SQLite says no more than "disk I/O error".
  package var isFull: Bool {
    code & 0xff == 13
      || ([10, 14].contains(code & 0xff) && [ENOSPC, EDQUOT].contains(systemError))
  }
}

import FileSystem
import Glibc
import SQLite

/// The project's database, shared by the records over it.
final class StateDatabase: Sendable {
  private let database: SerializedDatabase
  private let isReadOnly: Bool
  private let report: @Sendable (StateError) -> Void

  /// - Parameter report: Told that a damaged file was set aside, or cannot be read.
  init(path: String, isReadOnly: Bool, report: @escaping @Sendable (StateError) -> Void) {
    (self.isReadOnly, self.report) = (isReadOnly, report)
    database = SerializedDatabase(
      path: path, mode: isReadOnly ? .readOnly : .readWrite, migrations: Self.migrations,
      onDamage: { report(.damaged(path: path, aside: $0)) })
  }

  /// - Returns: nil when the state is only read and there is none yet, or only one of an older
  ///   runctl, which would have to be changed first, or a damaged one, which is told.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result? {
    if isReadOnly, !FileTree.exists(database.path) { return nil }
    do {
      return try use(body)
    } catch MigrationError.tooOld {
      return nil
    } catch is UnreadableState {
      report(.unreadable(path: database.path))
      return nil
    }
  }

  private struct UnreadableState: Error {}

  func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try database.use(body)
    } catch let error as SQLiteError {
      if error.isFull { throw FileError("write", database.path, errno: ENOSPC) }
      // Who only looks knows nothing then; who writes has set the file aside.
      if error.isCorruption, isReadOnly { throw UnreadableState() }
      throw StateError.database(path: database.path, reason: error.message)
    } catch MigrationError.tooNew(let version, let known) {
      throw StateError.newerFormat(path: database.path, version: version, known: known)
    }
  }

  static let migrations = [
    Migration(
      """
      -- One row for each time that a target was made.
      CREATE TABLE records (
        id INTEGER PRIMARY KEY, image TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL,
        made INTEGER NOT NULL, took_ms INTEGER NOT NULL, output TEXT NOT NULL,
        reasons TEXT NOT NULL
      );
      CREATE INDEX records_by_target ON records (image, target, detail, made);
      CREATE TABLE inputs (
        record INTEGER NOT NULL REFERENCES records (id), ordinal INTEGER NOT NULL,
        name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (record, ordinal)
      ) WITHOUT ROWID;
      -- What holds now: the newest record of each target, what makes a closer look needless, and
      -- the files that were used, and where in the image they are.
      CREATE TABLE targets (
        image TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, record INTEGER NOT NULL,
        quick BLOB, contents BLOB NOT NULL, files BLOB NOT NULL, places BLOB NOT NULL,
        PRIMARY KEY (image, target, detail)
      );
      CREATE TABLE digests (
        context TEXT NOT NULL, directory BLOB NOT NULL, records BLOB NOT NULL,
        PRIMARY KEY (context, directory)
      );
      CREATE TABLE runs (
        id TEXT PRIMARY KEY, image TEXT NOT NULL, script TEXT NOT NULL, arguments TEXT NOT NULL,
        image_digest TEXT, started INTEGER NOT NULL, took_ms INTEGER, exit_code INTEGER,
        ended_by TEXT, log TEXT NOT NULL
      );
      CREATE INDEX runs_by_time ON runs (started);
      """),
    Migration(
      """
      -- The files that differed from those of the time before.
      ALTER TABLE records ADD COLUMN changes BLOB NOT NULL DEFAULT x'';
      """, isAddition: true),
    Migration(
      """
      -- What came of each step, as whoever builds images writes it.
      ALTER TABLE records ADD COLUMN steps BLOB NOT NULL DEFAULT x'';
      -- How many rows of a table are forgotten.
      CREATE TABLE thinned_out (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
      """, isAddition: true),
    Migration(
      """
      -- What else is known of a run: where it happens, and all that it was made from.
      CREATE TABLE run_facts (
        run TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (run, ordinal)
      ) WITHOUT ROWID;
      """, isAddition: true),
  ]
}

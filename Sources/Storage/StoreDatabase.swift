import FileSystem
import Glibc
import SQLite

/// The store's database, shared by the catalogs over it.
final class StoreDatabase: Sendable {
  private let database: SerializedDatabase
  /// Names this run of the kernel: what was written in an earlier one and never synced may be lost.
  /// Empty when it cannot be known.
  let boot: String
  let isReadOnly: Bool

  /// - Parameters:
  ///   - fill: Puts what is known otherwise into a database that was just made.
  ///   - report: Told that a damaged file was set aside.
  init(
    path: String, isReadOnly: Bool = false,
    fill: @escaping @Sendable (Database) throws -> Void = { _ in },
    report: @escaping @Sendable (StorageFinding) -> Void = { _ in }
  ) {
    self.isReadOnly = isReadOnly
    database = SerializedDatabase(
      path: path, mode: isReadOnly ? .readOnly : .readWrite, migrations: Self.migrations,
      fill: fill, onDamage: { report(.database(path: path, aside: $0)) })
    boot = Boot.name
  }

  func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try database.use(body)
    } catch let error as SQLiteError {
      if error.isFull { throw FileError("write", database.path, errno: ENOSPC) }
      if isReadOnly, error.isReadOnly { throw FileError("write", database.path, errno: EROFS) }
      throw StorageError.database(path: database.path, reason: error.message)
    } catch MigrationError.tooNew(let version, let known) {
      throw StorageError.newerFormat(path: database.path, version: version, known: known)
    } catch is MigrationError {
      throw StorageError.database(
        path: database.path, reason: "an older runctl made it, and it cannot be written")
    }
  }

  static let migrations = [
    Migration(
      """
      -- What was written in boot `boot` and not synced since.
      CREATE TABLE suspects (
        kind INTEGER NOT NULL, name BLOB NOT NULL, boot TEXT NOT NULL, written INTEGER NOT NULL,
        PRIMARY KEY (kind, name)
      ) WITHOUT ROWID;
      CREATE TABLE layers (
        diff_id BLOB PRIMARY KEY, digest BLOB NOT NULL, size INTEGER NOT NULL,
        media_type TEXT NOT NULL, is_own INTEGER NOT NULL, created INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE layer_indexes (diff_id BLOB PRIMARY KEY, bytes BLOB NOT NULL);
      -- Compressed parts of layers, by the digest of what they hold.
      CREATE TABLE members (
        key BLOB PRIMARY KEY, digest BLOB NOT NULL, offset INTEGER NOT NULL,
        length INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE steps (
        key BLOB PRIMARY KEY, instruction TEXT NOT NULL, diff_ids BLOB NOT NULL,
        inputs BLOB NOT NULL, created INTEGER NOT NULL, took_ms INTEGER NOT NULL,
        last_used INTEGER NOT NULL, hits INTEGER NOT NULL DEFAULT 0
      ) WITHOUT ROWID;
      CREATE TABLE images (
        name TEXT PRIMARY KEY, manifest BLOB NOT NULL, size INTEGER NOT NULL,
        created INTEGER NOT NULL
      ) WITHOUT ROWID;
      -- What a tag in a registry meant when it was last asked for.
      CREATE TABLE resolutions (
        reference TEXT NOT NULL, platform TEXT NOT NULL, manifest BLOB NOT NULL,
        size INTEGER NOT NULL, media_type TEXT NOT NULL, resolved INTEGER NOT NULL,
        PRIMARY KEY (reference, platform)
      ) WITHOUT ROWID;
      """),
    Migration(
      """
      DROP TABLE suspects;
      -- What was written or read to its end in boot `boot`, and how it was then.
      CREATE TABLE contents (
        kind INTEGER NOT NULL, name BLOB NOT NULL, inode INTEGER NOT NULL,
        changed INTEGER NOT NULL, size INTEGER NOT NULL, boot TEXT NOT NULL,
        written INTEGER NOT NULL, is_synced INTEGER NOT NULL, PRIMARY KEY (kind, name)
      ) WITHOUT ROWID;
      -- The boot in which what an earlier one left was looked at.
      CREATE TABLE examined (boot TEXT NOT NULL);
      """),
    Migration(
      """
      -- The newest build of each image of each project, and the keys of the steps that it needs.
      CREATE TABLE builds (
        project TEXT NOT NULL, image TEXT NOT NULL, stage TEXT NOT NULL, manifest BLOB NOT NULL,
        created INTEGER NOT NULL, steps BLOB NOT NULL, PRIMARY KEY (project, image, stage)
      ) WITHOUT ROWID;
      -- The layer that a snapshot unpacks.
      CREATE TABLE snapshots (name BLOB PRIMARY KEY, diff_id BLOB NOT NULL) WITHOUT ROWID;
      -- What commands keep between builds: what it was last used as, by which project, how often.
      CREATE TABLE cache_mounts (
        key BLOB PRIMARY KEY, id TEXT NOT NULL, project TEXT NOT NULL, last_used INTEGER NOT NULL,
        uses INTEGER NOT NULL
      ) WITHOUT ROWID;
      -- How many bytes on the disk a folder took when it was measured, and how it was then.
      CREATE TABLE sizes (
        path TEXT PRIMARY KEY, state INTEGER NOT NULL, bytes INTEGER NOT NULL
      ) WITHOUT ROWID;
      """, isAddition: true),
    Migration(
      """
      -- What an ADD's name outside of registries meant when it was last asked for.
      CREATE TABLE sources (
        name TEXT PRIMARY KEY, content BLOB, size INTEGER NOT NULL, mark TEXT NOT NULL,
        resolved INTEGER NOT NULL
      ) WITHOUT ROWID;
      """, isAddition: true),
    Migration(
      """
      -- When a registry was last asked in vain what a name means.
      CREATE TABLE attempts (
        reference TEXT NOT NULL, platform TEXT NOT NULL, asked INTEGER NOT NULL,
        PRIMARY KEY (reference, platform)
      ) WITHOUT ROWID;
      """, isAddition: true),
  ]
}

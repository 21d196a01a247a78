import FileSystem
import Glibc
import OCI
import SQLite
import Synchronization

/// Which contents of the store are known to be what their names say.
///
/// Nothing that a person waits for is synced, and somebody may have touched the files. So a content
/// is noted with its stat record once it has its name, and counts without being read only while
/// that record holds and either no other boot lies between or the content was synced since. What is
/// not noted is not trusted: a note that a loss of power took away costs time, never more.
final class ContentRecords: Sendable {
  enum Kind: Int64 {
    case blob = 0
    case snapshot = 1
  }

  /// What a write to a file or a folder cannot leave as it was.
  struct Stamp: Hashable {
    let inode: UInt64
    let changed: FileTime
    let size: Int64

    init(_ status: FileStatus) {
      (inode, changed) = (status.inode, status.changed)
      // How large a folder is depends on its past.
      size = status.kind == .file ? status.size : 0
    }

    var values: [Value] {
      [.integer(Int64(bitPattern: inode)), .integer(changed), .integer(size)]
    }
  }

  private struct Name: Hashable {
    let kind: Kind
    let digest: Digest
  }

  let database: StoreDatabase
  /// Answers of this process, which is all there is in a store that cannot be written.
  private let known = Mutex<[Name: Stamp]>([:])

  init(database: StoreDatabase) { self.database = database }

  /// Notes what has just been written, or read to its end.
  func note(_ kind: Kind, _ digest: Digest, _ status: FileStatus) throws {
    let stamp = Stamp(status)
    known.withLock { $0[Name(kind: kind, digest: digest)] = stamp }
    if database.isReadOnly { return }
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [.integer(kind.rawValue), .blob(digest.bytes)] + stamp.values + [
          .text(database.boot), .integer(Int64(time(nil))),
        ])
    }
  }

  func isKnown(_ kind: Kind, _ digest: Digest, _ status: FileStatus) throws -> Bool {
    let (name, stamp) = (Name(kind: kind, digest: digest), Stamp(status))
    if known.withLock({ $0[name] }) == stamp { return true }
    let isKnown = try database.use {
      try $0.first(
        """
        SELECT 1 FROM contents WHERE kind = ? AND name = ? AND inode = ? AND changed = ?
        AND size = ? AND (is_synced OR (boot = ? AND boot <> ''))
        """,
        [.integer(kind.rawValue), .blob(digest.bytes)] + stamp.values + [.text(database.boot)]
      ) { _ in true }
    }
    guard isKnown == true else { return false }
    known.withLock { $0[name] = stamp }
    return true
  }

  /// Takes a content out of everything that names it, before it is removed: for good, so that no
  /// loss of power brings back a note that then fits what has its name later.
  func forget(_ kind: Kind, _ digest: Digest) throws {
    _ = known.withLock { $0.removeValue(forKey: Name(kind: kind, digest: digest)) }
    if database.isReadOnly { return }
    try database.use { database in
      try database.execute("PRAGMA synchronous = FULL")
      defer { try? database.execute("PRAGMA synchronous = NORMAL") }
      try database.transaction {
        try database.execute(
          "DELETE FROM contents WHERE kind = ? AND name = ?",
          [.integer(kind.rawValue), .blob(digest.bytes)])
        if kind == .blob { try Self.forget(blob: digest, database) }
        if kind == .snapshot {
          try database.execute("DELETE FROM snapshots WHERE name = ?", [.blob(digest.bytes)])
        }
      }
    }
  }

  /// Forgets what this process knows of them.
  func drop(_ kind: Kind, _ digests: [Digest]) {
    known.withLock { known in
      for digest in digests { known.removeValue(forKey: Name(kind: kind, digest: digest)) }
    }
  }

  /// Names that people gave stay: whoever uses one is told that its image is not whole.
  private static func forget(blob digest: Digest, _ database: Database) throws {
    for sql in [
      "DELETE FROM layers WHERE digest = ?", "DELETE FROM members WHERE digest = ?",
      "DELETE FROM resolutions WHERE manifest = ?", "DELETE FROM builds WHERE manifest = ?",
      "DELETE FROM sources WHERE content = ?",
    ] { try database.execute(sql, [.blob(digest.bytes)]) }
  }

  /// What is named somewhere and not in the store; the names are taken away.
  func forgetAll(except isThere: (Kind, Digest) -> Bool) throws {
    let named = try database.use { database in
      try database.all("SELECT kind, name FROM contents") {
        (Kind(rawValue: $0.integer(0)), Digest(bytes: $0.blob(1)))
      }
        + database.all(
          """
          SELECT digest FROM layers UNION SELECT digest FROM members
          UNION SELECT manifest FROM resolutions UNION SELECT manifest FROM builds
          UNION SELECT content FROM sources WHERE content IS NOT NULL
          """
        ) { (.blob, Digest(bytes: $0.blob(0))) }
    }
    for case (let kind?, let digest?) in named where !isThere(kind, digest) {
      try forget(kind, digest)
    }
  }
}

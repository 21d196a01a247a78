import OCI
import SQLite

/// One making of a target, now or long ago.
package struct HistoryEntry: Sendable {
  /// Counts up over all targets of a project, and stays when older entries are thinned out.
  package let number: Int64
  package let target: Target
  /// When it was made, in seconds since 1970-01-01T00:00:00Z.
  package let made: Int64
  package let duration: Duration
  /// What came out, as in ``TargetRecord/output``.
  package let output: String
  /// Why it was made: a line each.
  package let reasons: [String]
}

/// Every making of a target that is still remembered.
package struct HistoryRecords: Sendable {
  /// How many entries are kept at least, beside the newest one of each target.
  static let limit: Int64 = 10_000

  /// After so many new entries, old ones are forgotten.
  static let thinsEvery: Int64 = 100

  /// How many files are remembered of an entry: the reasons say how many more there were.
  static let changesLimit = 1_000

  let database: StateDatabase

  /// The newest entries first.
  package func newest(limit: Int) throws -> [HistoryEntry] {
    try database.read {
      try $0.all(Self.columns + " ORDER BY id DESC LIMIT ?", [.integer(Int64(limit))], Self.entry)
    }?.compactMap(\.self) ?? []
  }

  package func entry(_ number: Int64) throws -> HistoryEntry? {
    try first("WHERE id = ?", [.integer(number)])
  }

  /// The newest entry of a run with this ID.
  package func entry(ofRun id: String) throws -> HistoryEntry? {
    try first("WHERE target = 'run' AND output = ? ORDER BY id DESC LIMIT 1", [.text(id)])
  }

  /// The making of an image that a later entry rests on.
  /// - Parameters:
  ///   - manifest: The image's digest.
  ///   - number: Of the later entry.
  package func making(
    of manifest: String, image: String, before number: Int64 = .max
  ) throws -> HistoryEntry? {
    try first(
      """
      WHERE image = ? AND target = 'image' AND output = ? AND id < ? ORDER BY id DESC LIMIT 1
      """, [.text(image), .text(manifest), .integer(number)])
  }

  package func newest(of target: Target) throws -> HistoryEntry? {
    try before(.max, target)
  }

  /// The entry that the next one of the same target was compared with.
  package func before(_ entry: HistoryEntry) throws -> HistoryEntry? {
    try before(entry.number, entry.target)
  }

  private func before(_ number: Int64, _ target: Target) throws -> HistoryEntry? {
    try first(
      "WHERE image = ? AND target = ? AND detail = ? AND id < ? ORDER BY id DESC LIMIT 1",
      [.text(target.image), .text(target.kind.rawValue), .text(target.detail), .integer(number)])
  }

  package func inputs(of entry: HistoryEntry) throws -> [Input] {
    try database.read { try TargetRecords.inputs(of: entry.number, $0) } ?? []
  }

  /// The files that differed from those of the time before, in order of path.
  package func changes(of entry: HistoryEntry) throws -> [FileChange] {
    FileChange.list(serialized: try added("changes", since: 2, to: entry))
  }

  /// As in ``TargetRecord/steps``; empty when nothing is known of them.
  package func steps(of entry: HistoryEntry) throws -> [UInt8] {
    try added("steps", since: 3, to: entry)
  }

  /// The value of a column that came with a later format, and that a reader does not add.
  private func added(
    _ column: String, since version: Int, to entry: HistoryEntry
  ) throws -> [UInt8] {
    try database.read { database in
      guard try database.schemaVersion() >= version else { return [] }
      return try database.first(
        "SELECT \(column) FROM records WHERE id = ?", [.integer(entry.number)]
      ) { $0.blob(0) } ?? []
    } ?? []
  }

  /// How many entries there were once and are no more.
  package func thinnedOut() throws -> Int64 {
    try database.read {
      try $0.first("SELECT coalesce(max(id), 0) - count(*) FROM records") { $0.integer(0) }
    }.flatMap(\.self) ?? 0
  }

  /// Forgets what is older than the newest ``limit`` entries and holds no longer. Within a
  /// transaction.
  static func thinOut(_ database: Database, newest: Int64, limit: Int64 = limit) throws {
    let old = "id <= ? AND id NOT IN (SELECT record FROM targets)"
    let last = Value.integer(newest - limit)
    try database.execute(
      "DELETE FROM inputs WHERE record IN (SELECT id FROM records WHERE \(old))", [last])
    try database.execute("DELETE FROM records WHERE \(old)", [last])
  }

  private static let columns =
    "SELECT id, image, target, detail, made, took_ms, output, reasons FROM records"

  private func first(_ condition: String, _ values: [Value]) throws -> HistoryEntry? {
    try database.read {
      try $0.first(Self.columns + " " + condition, values, Self.entry)
    }.flatMap(\.self)?.flatMap(\.self)
  }

  private static func entry(_ row: Row) -> HistoryEntry? {
    guard let kind = Target.Kind(rawValue: row.text(2)) else { return nil }
    return HistoryEntry(
      number: row.integer(0), target: Target(image: row.text(1), kind: kind, detail: row.text(3)),
      made: row.integer(4), duration: .milliseconds(row.integer(5)), output: row.text(6),
      reasons: row.text(7).split(separator: "\n").map(String.init))
  }
}

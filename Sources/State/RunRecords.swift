import Glibc
import SQLite

/// One execution of an image, or of a script without one.
package struct RunRecord: Sendable, Hashable {
  package enum Ending: Sendable, Hashable {
    case running
    /// The program's own exit code.
    case exited(code: Int32)
    /// Ended by a signal.
    case signalled(Int32)
    /// runctl could not start it, or gave up on it.
    case failed(reason: String)
  }

  package let id: String
  package let image: String
  package let script: String
  package let arguments: [String]
  package let imageDigest: String?
  /// Seconds since 1970-01-01T00:00:00Z.
  package let started: Int64
  package var duration: Duration?
  package var ending: Ending
  /// The path of what it printed, relative to the state's folder.
  package let log: String

  package init(
    id: String, image: String, script: String, arguments: [String], imageDigest: String?,
    started: Int64, log: String
  ) {
    self.id = id
    self.image = image
    self.script = script
    self.arguments = arguments
    self.imageDigest = imageDigest
    self.started = started
    self.log = log
    ending = .running
  }
}

package struct RunRecords: Sendable {
  /// How many runs are kept, with their logs.
  package static let limit = 1_000

  /// Seconds after which a run that has not ended is one whose runctl was killed.
  private static let longest: Int64 = 90 * 24 * 3600

  let database: StateDatabase

  /// Adds a run, or replaces what is known of it.
  package func set(_ run: RunRecord) throws {
    let (code, endedBy): (Int64?, String?) =
      switch run.ending {
      case .running: (nil, nil)
      case .exited(let code): (Int64(code), "program")
      case .signalled(let signal): (128 + Int64(signal), "signal \(signal)")
      case .failed(let reason): (nil, "runctl: " + reason)
      }
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
          .text(run.id), .text(run.image), .text(run.script),
          .text(run.arguments.map { $0 + "\u{0}" }.joined()), .optional(run.imageDigest),
          .integer(run.started),
          .optional(run.duration.map { Int64($0 / .milliseconds(1)) }), .optional(code),
          .optional(endedBy), .text(run.log),
        ])
    }
  }

  /// The newest run of a script, if there was one.
  package func newest(image: String, script: String) throws -> RunRecord? {
    try database.read {
      try $0.first(
        Self.columns + " WHERE image = ? AND script = ? ORDER BY started DESC, id DESC LIMIT 1",
        [.text(image), .text(script)], Self.run)
    }.flatMap(\.self)
  }

  package func run(_ id: String) throws -> RunRecord? {
    try database.read {
      try $0.first(Self.columns + " WHERE id = ?", [.text(id)], Self.run)
    }.flatMap(\.self)
  }

  /// The newest runs first.
  package func newest(limit: Int) throws -> [RunRecord] {
    try database.read {
      try $0.all(
        Self.columns + " ORDER BY started DESC, id DESC LIMIT ?", [.integer(Int64(limit))],
        Self.run)
    } ?? []
  }

  /// Forgets the oldest runs beyond ``limit``, but none that a target's newest record names.
  /// - Returns: The IDs of what is forgotten: whoever keeps their folders can remove these.
  package func thinOut(keeping limit: Int = limit) throws -> [String] {
    try database.use { database in
      try database.transaction {
        let old: [String] = try database.all(
          """
          SELECT id FROM runs WHERE id NOT IN
            (SELECT id FROM runs ORDER BY started DESC, id DESC LIMIT ?)
          AND id NOT IN
            (SELECT r.output FROM targets t JOIN records r ON r.id = t.record
             WHERE t.target = 'run')
          AND (took_ms IS NOT NULL OR started < ?)
          """, [.integer(Int64(limit)), .integer(Int64(time(nil)) - Self.longest)]
        ) { $0.text(0) }
        for id in old { try database.execute("DELETE FROM runs WHERE id = ?", [.text(id)]) }
        guard !old.isEmpty else { return old }
        try database.execute(
          """
          INSERT INTO thinned_out VALUES ('runs', ?)
          ON CONFLICT (name) DO UPDATE SET count = count + excluded.count
          """, [.integer(Int64(old.count))])
        return old
      }
    }
  }

  /// How many runs there were once and are no more.
  package func thinnedOut() throws -> Int64 {
    try database.read { database in
      guard try database.schemaVersion() >= 3 else { return 0 }
      return try database.first("SELECT count FROM thinned_out WHERE name = 'runs'") {
        $0.integer(0)
      } ?? 0
    } ?? 0
  }

  private static let columns =
    """
    SELECT id, image, script, arguments, image_digest, started, took_ms, exit_code, ended_by, log
    FROM runs
    """

  private static func run(_ row: Row) -> RunRecord {
    var run = RunRecord(
      id: row.text(0), image: row.text(1), script: row.text(2),
      arguments: row.text(3).split(separator: "\u{0}", omittingEmptySubsequences: false)
        .dropLast().map(String.init),
      imageDigest: row.optionalText(4), started: row.integer(5), log: row.text(9))
    run.duration = row.optionalInteger(6).map { .milliseconds($0) }
    run.ending = ending(code: row.optionalInteger(7), endedBy: row.optionalText(8))
    return run
  }

  private static func ending(code: Int64?, endedBy: String?) -> RunRecord.Ending {
    guard let endedBy else { return .running }
    if endedBy.hasPrefix("runctl: ") { return .failed(reason: String(endedBy.dropFirst(8))) }
    if endedBy.hasPrefix("signal "), let number = Int32(endedBy.dropFirst(7)) {
      return .signalled(number)
    }
    return .exited(code: Int32(clamping: code ?? 0))
  }
}

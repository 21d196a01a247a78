import Glibc
import SQLite

package struct RunRecords: Sendable {
  /// How many runs are kept, with their logs.
  package static let limit = 1_000

  /// Seconds after which a run that has not ended is one whose runctl was killed.
  private static let longest: Int64 = 90 * 24 * 3600

  let database: StateDatabase

  /// Adds a run, or replaces what is known of it; facts that were added to it stay.
  package func set(_ run: RunRecord) throws {
    let (code, endedBy): (Int64?, String?) =
      switch run.ending {
      case .running: (nil, nil)
      case .exited(let code): (Int64(code), "program")
      case .signalled(let signal): (128 + Int64(signal), "signal \(signal)")
      case .outOfMemory: (137, Self.outOfMemory)
      case .timedOut: (124, Self.timedOut)
      case .stopped(let code): (Int64(code), Self.stopped)
      case .failed(let reason): (nil, "runctl: " + reason)
      }
    try database.use { database in
      try database.transaction { try Self.write(run, code, endedBy, to: database) }
    }
  }

  private static let outOfMemory = "oom"
  private static let timedOut = "timeout"
  private static let stopped = "stop"
  /// The fact that ``RunRecord/machine`` is kept as.
  private static let machine = "machine"

  private static func write(
    _ run: RunRecord, _ code: Int64?, _ endedBy: String?, to database: Database
  ) throws {
    try database.execute(
      "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .text(run.id), .text(run.image), .text(run.script),
        .text(run.arguments.map { $0 + "\u{0}" }.joined()), .optional(run.imageDigest),
        .integer(run.started),
        .optional(run.duration.map { Int64($0 / .milliseconds(1)) }), .optional(code),
        .optional(endedBy), .text(run.log),
      ])
    let own = [Input(machine, run.machine.description)] + run.facts
    let names = Set(own.map(\.name))
    let added = try facts(of: run.id, database).filter { !names.contains($0.name) }
    try database.execute("DELETE FROM run_facts WHERE run = ?", [.text(run.id)])
    for (ordinal, fact) in (own + added).enumerated() {
      try database.execute(
        "INSERT INTO run_facts VALUES (?, ?, ?, ?)",
        [.text(run.id), .integer(Int64(ordinal)), .text(fact.name), .text(fact.value)])
    }
  }

  /// What became known of a run after it was recorded.
  package func add(_ facts: [Input], to id: String) throws {
    try database.use { database in
      try database.transaction {
        for fact in facts {
          try database.execute(
            """
            INSERT INTO run_facts SELECT run, max(ordinal) + 1, ?, ? FROM run_facts WHERE run = ?
            GROUP BY run
            """, [.text(fact.name), .text(fact.value), .text(id)])
        }
      }
    }
  }

  /// With its facts.
  private static func complete(_ run: RunRecord, _ database: Database) throws -> RunRecord {
    guard try database.schemaVersion() >= 4 else { return run }
    return complete(run, with: try facts(of: run.id, database))
  }

  private static func facts(of id: String, _ database: Database) throws -> [Input] {
    try database.all(
      "SELECT name, value FROM run_facts WHERE run = ? ORDER BY ordinal", [.text(id)]
    ) { Input($0.text(0), $0.text(1)) }
  }

  private static func complete(_ run: RunRecord, with facts: [Input]) -> RunRecord {
    var run = run
    if let first = facts.first, first.name == machine, let machine = RunMachine(first.value) {
      run.machine = machine
      run.facts = Array(facts.dropFirst())
    }
    return run
  }

  /// The newest run of a script, if there was one.
  package func newest(image: String, script: String) throws -> RunRecord? {
    try database.read { database in
      try database.first(
        Self.columns + " WHERE image = ? AND script = ? ORDER BY started DESC, rowid DESC LIMIT 1",
        [.text(image), .text(script)], Self.run
      ).map { try Self.complete($0, database) }
    }.flatMap(\.self)
  }

  package func run(_ id: String) throws -> RunRecord? {
    try database.read { database in
      try database.first(Self.columns + " WHERE id = ?", [.text(id)], Self.run)
        .map { try Self.complete($0, database) }
    }.flatMap(\.self)
  }

  /// The newest runs first: of those of one second, whose names end by chance, the one written last.
  package func newest(limit: Int) throws -> [RunRecord] {
    try database.read { database in
      let order = "ORDER BY started DESC, rowid DESC LIMIT ?"
      let limit = Value.integer(Int64(limit))
      let runs: [RunRecord] = try database.all(
        "\(Self.columns) \(order)", [limit], Self.run)
      guard try database.schemaVersion() >= 4 else { return runs }
      var facts: [String: [Input]] = [:]
      try database.query(
        """
        SELECT run, name, value FROM run_facts WHERE run IN (SELECT id FROM runs \(order))
        ORDER BY run, ordinal
        """, [limit]
      ) { facts[$0.text(0), default: []].append(Input($0.text(1), $0.text(2))) }
      return runs.map { Self.complete($0, with: facts[$0.id] ?? []) }
    } ?? []
  }

  /// The runs that somebody may mean: those whose names start with `text`, or whose last part it is.
  /// - Returns: Names, the newest first.
  package func names(matching text: String) throws -> [String] {
    try database.read { database in
      try database.all(
        """
        SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 OR substr(id, -5) = '-' || ?1
        ORDER BY started DESC, rowid DESC
        """, [.text(text)]
      ) { $0.text(0) }
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
            (SELECT id FROM runs ORDER BY started DESC, rowid DESC LIMIT ?)
          AND id NOT IN
            (SELECT r.output FROM targets t JOIN records r ON r.id = t.record
             WHERE t.target = 'run')
          AND (took_ms IS NOT NULL OR started < ?)
          """, [.integer(Int64(limit)), .integer(Int64(time(nil)) - Self.longest)]
        ) { $0.text(0) }
        for id in old {
          try database.execute("DELETE FROM runs WHERE id = ?", [.text(id)])
          try database.execute("DELETE FROM run_facts WHERE run = ?", [.text(id)])
        }
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
    switch endedBy {
    case outOfMemory: return .outOfMemory
    case timedOut: return .timedOut
    case stopped: return .stopped(code: Int32(clamping: code ?? 0))
    default: break
    }
    if endedBy.hasPrefix("runctl: ") { return .failed(reason: String(endedBy.dropFirst(8))) }
    if endedBy.hasPrefix("signal "), let number = Int32(endedBy.dropFirst(7)) {
      return .signalled(number)
    }
    return .exited(code: Int32(clamping: code ?? 0))
  }
}

import Glibc
package import OCI
import SQLite

/// How a target was made the last time.
package struct TargetRecord: Sendable {
  package let inputs: [Input]
  /// What came out: a manifest's digest, a reference with its digest, the ID of a run.
  package let output: String
  /// The content that the output consists of, all of it in the store.
  package let contents: [Digest]
  /// The files of the context that were used.
  package let files: LayerIndex
  /// How they differ from those of the time before.
  package let changes: [FileChange]
  /// Where in the image they are.
  package let places: [CopyPlace]
  /// What came of each step, in the form of whoever builds; not read again with the record.
  package let steps: [UInt8]
  /// Why it was made: a line each.
  package let reasons: [String]
  package let duration: Duration
  /// When it was made, in seconds since 1970-01-01T00:00:00Z.
  package let made: Int64

  package init(
    inputs: [Input], output: String, contents: [Digest], files: LayerIndex = .empty,
    changes: [FileChange] = [], places: [CopyPlace] = [], steps: [UInt8] = [], reasons: [String],
    duration: Duration, made: Int64 = Int64(time(nil))
  ) {
    self.inputs = inputs
    self.output = output
    self.contents = contents
    self.files = files
    self.changes = changes
    self.places = places
    self.steps = steps
    self.reasons = reasons
    self.duration = duration
    self.made = made
  }
}

/// What is enough to see that nothing changed.
package struct QuickRecord: Sendable, Equatable {
  package let fingerprint: [UInt8]
  package let output: String
  package let contents: [Digest]
}

/// The targets of a project: what they were made from, now and before.
package struct TargetRecords: Sendable {
  let database: StateDatabase

  /// - Returns: nil when the target was never made, or must be looked at closely.
  package func quick(_ target: Target) throws -> QuickRecord? {
    try database.read {
      try $0.first(
        """
        SELECT t.quick, r.output, t.contents FROM targets t JOIN records r ON r.id = t.record
        WHERE t.image = ? AND t.target = ? AND t.detail = ? AND t.quick IS NOT NULL
        """, Self.key(target)
      ) {
        QuickRecord(
          fingerprint: $0.blob(0), output: $0.text(1), contents: Self.digests($0.blob(2)))
      }
    }.flatMap(\.self)
  }

  package func current(_ target: Target) throws -> TargetRecord? {
    try database.read { database -> TargetRecord? in
      let found = try database.first(
        """
        SELECT r.id, r.output, t.contents, t.files, t.places, r.reasons, r.took_ms, r.made
        FROM targets t JOIN records r ON r.id = t.record
        WHERE t.image = ? AND t.target = ? AND t.detail = ?
        """, Self.key(target)
      ) { row in
        (
          row.integer(0), row.text(1), Self.digests(row.blob(2)), row.blob(3), row.blob(4),
          row.text(5), row.integer(6), row.integer(7)
        )
      }
      guard let (id, output, contents, files, places, reasons, took, made) = found else {
        return nil
      }
      return TargetRecord(
        inputs: try Self.inputs(of: id, database), output: output, contents: contents,
        files: LayerIndex(serialized: files) ?? .empty,
        places: (try? CanonicalJSON.decode([CopyPlace].self, from: places)) ?? [],
        reasons: reasons.isEmpty ? [] : reasons.split(separator: "\n").map(String.init),
        duration: .milliseconds(took), made: made)
    }.flatMap(\.self)
  }

  /// The ``TargetRecord/places`` of ``current(_:)`` alone; none of a target that was never made.
  package func places(_ target: Target) throws -> [CopyPlace] {
    let places = try database.read {
      try $0.first(
        "SELECT places FROM targets WHERE image = ? AND target = ? AND detail = ?",
        Self.key(target)
      ) { $0.blob(0) }
    }.flatMap(\.self)
    return places.flatMap { try? CanonicalJSON.decode([CopyPlace].self, from: $0) } ?? []
  }

  static func inputs(of record: Int64, _ database: Database) throws -> [Input] {
    try database.all(
      "SELECT name, value FROM inputs WHERE record = ? ORDER BY ordinal", [.integer(record)]
    ) { Input($0.text(0), $0.text(1)) }
  }

  /// Records that a target was made, all of it or nothing.
  /// - Parameter quick: nil when the next command must look closely.
  package func add(_ record: TargetRecord, for target: Target, quick: [UInt8]?) throws {
    try database.use { database in
      try database.transaction {
        try database.execute(
          """
          INSERT INTO records (image, target, detail, made, took_ms, output, reasons, changes, steps)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
          Self.key(target) + [
            .integer(record.made), .integer(Int64(record.duration / .milliseconds(1))),
            .text(record.output), .text(record.reasons.joined(separator: "\n")),
            .blob(FileChange.serialized(record.changes.prefix(HistoryRecords.changesLimit))),
            .blob(record.steps),
          ])
        let id = database.lastInsertedID
        for (ordinal, input) in record.inputs.enumerated() {
          try database.execute(
            "INSERT INTO inputs VALUES (?, ?, ?, ?)",
            [.integer(id), .integer(Int64(ordinal)), .text(input.name), .text(input.value)])
        }
        try database.execute(
          "INSERT OR REPLACE INTO targets VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          Self.key(target) + [
            .integer(id), .optional(quick), .blob(record.contents.flatMap(\.bytes)),
            .blob(record.files.serialized), .blob(try CanonicalJSON.encode(record.places)),
          ])
        if id % HistoryRecords.thinsEvery == 0 {
          try HistoryRecords.thinOut(database, newest: id)
        }
      }
    }
  }

  /// Replaces what is enough to see that nothing changed; the record itself stays.
  package func setQuick(_ fingerprint: [UInt8]?, for target: Target) throws {
    try database.use {
      try $0.execute(
        "UPDATE targets SET quick = ? WHERE image = ? AND target = ? AND detail = ?",
        [.optional(fingerprint)] + Self.key(target))
    }
  }

  /// Every target of which something is known.
  package func all() throws -> [Target] {
    try database.read {
      try $0.all("SELECT image, target, detail FROM targets ORDER BY image, target, detail") {
        row in
        Target.Kind(rawValue: row.text(1)).map {
          Target(image: row.text(0), kind: $0, detail: row.text(2))
        }
      }
    }?.compactMap(\.self) ?? []
  }

  private static func key(_ target: Target) -> [Value] {
    [.text(target.image), .text(target.kind.rawValue), .text(target.detail)]
  }

  private static func digests(_ bytes: [UInt8]) -> [Digest] {
    stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap {
      Digest(bytes: bytes[$0...].prefix(Digest.byteCount))
    }
  }
}

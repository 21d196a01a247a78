import Glibc
package import OCI
import SQLite

/// What a step made, under the key that stands for everything that could influence it.
package struct StepRecord: Sendable, Equatable {
  package let instruction: String
  /// The layers that it added, bottom first; none when it changed nothing.
  package let diffIDs: [Digest]
  /// What went into the key, in a form that can be compared part by part.
  package let inputs: [UInt8]
  package let duration: Duration

  package init(instruction: String, diffIDs: [Digest], inputs: [UInt8], duration: Duration) {
    self.instruction = instruction
    self.diffIDs = diffIDs
    self.inputs = inputs
    self.duration = duration
  }
}

/// What is known of a step's result beside what went into it.
package struct StepEntry: Sendable, Equatable {
  package let key: Digest
  package let instruction: String
  /// The layers that it added, bottom first.
  package let diffIDs: [Digest]
  package let duration: Duration
  /// Seconds since 1970-01-01T00:00:00Z, as is `lastUsed`.
  package let created: Int64
  package let lastUsed: Int64
  /// How often the result was used again.
  package let hits: Int64
}

package struct StepCache: Sendable {
  let database: StoreDatabase

  /// All results, in the order of their keys.
  package func all() throws -> [StepEntry] {
    try database.use {
      try $0.all(
        """
        SELECT key, instruction, diff_ids, took_ms, created, last_used, hits FROM steps
        ORDER BY key
        """
      ) { row in
        Digest(bytes: row.blob(0)).map {
          StepEntry(
            key: $0, instruction: row.text(1), diffIDs: Digest.list(row.blob(2)),
            duration: .milliseconds(row.integer(3)), created: row.integer(4),
            lastUsed: row.integer(5), hits: row.integer(6))
        }
      }.compactMap(\.self)
    }
  }

  package func record(for key: Digest) throws -> StepRecord? {
    try database.use {
      try $0.first(
        "SELECT instruction, diff_ids, inputs, took_ms FROM steps WHERE key = ?",
        [.blob(key.bytes)]
      ) { row in
        StepRecord(
          instruction: row.text(0), diffIDs: Digest.list(row.blob(1)),
          inputs: row.blob(2), duration: .milliseconds(row.integer(3)))
      }
    }
  }

  package func add(_ record: StepRecord, for key: Digest) throws {
    let now = Int64(time(nil))
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [
          .blob(key.bytes), .text(record.instruction), .blob(record.diffIDs.flatMap(\.bytes)),
          .blob(record.inputs), .integer(now),
          .integer(Int64(record.duration / .milliseconds(1))), .integer(now),
        ])
    }
  }

  /// Notes that results were used again, for the sake of those who look for what can go.
  package func touch(_ keys: [Digest]) throws {
    guard !keys.isEmpty else { return }
    let now = Int64(time(nil))
    try database.use { database in
      try database.transaction {
        for key in keys {
          try database.execute(
            "UPDATE steps SET last_used = ?, hits = hits + 1 WHERE key = ?",
            [.integer(now), .blob(key.bytes)])
        }
      }
    }
  }
}

extension Digest {
  /// Several that stand one after the other in a field.
  static func list(_ bytes: [UInt8]) -> [Digest] {
    stride(from: 0, to: bytes.count, by: byteCount).compactMap {
      Digest(bytes: bytes[$0...].prefix(byteCount))
    }
  }
}

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

package struct StepCache: Sendable {
  let database: StoreDatabase

  package func record(for key: Digest) throws -> StepRecord? {
    try database.use {
      try $0.first(
        "SELECT instruction, diff_ids, inputs, took_ms FROM steps WHERE key = ?",
        [.blob(key.bytes)]
      ) { row in
        StepRecord(
          instruction: row.text(0), diffIDs: Digest.list(row.blob(1)), inputs: row.blob(2),
          duration: .milliseconds(row.integer(3)))
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
  /// Digests one behind the other, as a column has them.
  static func list(_ bytes: [UInt8]) -> [Digest] {
    stride(from: 0, to: bytes.count, by: byteCount).compactMap {
      Digest(bytes: bytes[$0...].prefix(byteCount))
    }
  }
}

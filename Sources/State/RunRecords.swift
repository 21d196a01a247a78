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

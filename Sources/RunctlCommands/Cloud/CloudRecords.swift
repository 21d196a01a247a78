import FileSystem
import FoundationEssentials
import OCI

/// What AWS said, kept in the store for as long as it is good: nobody but the user can read it.
struct CloudRecords {
  /// `<store>/cloud`.
  let folder: String

  private struct Record<Value: Codable>: Codable {
    /// Seconds since 1970.
    let until: Int64
    let value: Value
  }

  /// - Parameter question: All that the answer depends on.
  /// - Returns: nil when nothing is known, or not any more.
  func value<Value: Codable>(_ kind: String, _ question: [String], as type: Value.Type) -> Value? {
    guard let bytes = try? FileTree.readIfPresent(path(kind, question)),
      let record = try? JSONDecoder().decode(Record<Value>.self, from: Data(bytes)),
      now < record.until
    else { return nil }
    return record.value
  }

  /// That it cannot be kept is no reason to fail: it will be asked again.
  func keep(_ value: some Codable, _ kind: String, _ question: [String], for time: Duration) {
    let record = Record(until: now + time.components.seconds, value: value)
    guard let bytes = try? JSONEncoder().encode(record) else { return }
    try? FileTree.makeDirectories(folder, permissions: 0o700)
    try? FileTree.replace(path(kind, question), with: Array(bytes), permissions: 0o600)
  }

  func drop(_ kind: String, _ question: [String]) {
    try? FileTree.removeFile(path(kind, question))
  }

  /// Drops the answers to all questions of a kind.
  /// - Returns: Whether there were any.
  func dropAll(_ kind: String) -> Bool {
    let names = (try? Directory.entries(of: folder)) ?? []
    let dropped = names.map { String(decoding: $0.name, as: UTF8.self) }
      .filter { $0.hasPrefix("\(kind)-") }
    for name in dropped { try? FileTree.removeFile("\(folder)/\(name)") }
    return !dropped.isEmpty
  }

  private func path(_ kind: String, _ question: [String]) -> String {
    // Each part with its length: no two questions read the same.
    let text = question.map { "\($0.utf8.count):\($0)" }.joined()
    return "\(folder)/\(kind)-\(SHA256.digest(of: text).short)"
  }

  private var now: Int64 { SystemClock.now() / 1_000_000_000 }
}

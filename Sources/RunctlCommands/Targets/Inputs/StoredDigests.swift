import ContextScan
import State

/// Keeps digests of a context's files in the project's state.
struct StoredDigests: DigestStorage {
  private let digests: DigestRecords
  private let context: String

  init(_ digests: DigestRecords, context: String) {
    self.digests = digests
    self.context = context
  }

  func records(of directory: [UInt8]) throws -> [UInt8]? {
    try digests.records(of: directory, in: context)
  }

  func set(_ changed: [[UInt8]: [UInt8]]) throws {
    try digests.set(changed, in: context)
  }
}

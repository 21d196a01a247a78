import FileSystem
import Glibc

/// A path for a database, gone afterwards with what SQLite puts beside it.
final class Scratch: Sendable {
  let path: String
  private let directory: String

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/runctl-sqlite-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw CancellationError() }
    directory = String(cString: made)
    path = directory + "/test.db"
  }

  deinit { try? FileTree.remove(directory) }

  /// Puts these bytes where the database would be.
  func write(_ bytes: [UInt8]) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
  }
}

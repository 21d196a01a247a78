import FileSystem
import Glibc

/// A directory of a test's own, gone afterwards.
package final class Scratch: Sendable {
  package let path: String

  package init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/runctl-test-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FileError("make a directory in", parent) }
    path = String(cString: made)
  }

  deinit { try? FileTree.remove(path) }

  package func callAsFunction(_ name: String) -> String { path + "/" + name }

  package func write(_ name: String, _ text: String) throws {
    try FileTree.makeDirectories(FileTree.parentPath(of: self(name)))
    try FileTree.replace(self(name), with: Array(text.utf8))
  }

  package func read(_ name: String) throws -> String {
    String(decoding: try FileTree.read(self(name)), as: UTF8.self)
  }

  /// The names in a directory, in order.
  package func names(_ name: String = "") throws -> [String] {
    try Directory.entries(of: self(name)).map { String(decoding: $0.name, as: UTF8.self) }.sorted()
  }
}

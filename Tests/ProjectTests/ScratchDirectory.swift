import FileSystem
import Glibc

/// A directory of its own for one test, removed with the value.
final class ScratchDirectory {
  let path: String

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/runctl-project-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("make a directory in", parent) }
    let made = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    path = try FileTree.canonicalPath(made)
  }

  deinit { try? FileTree.remove(path) }

  func write(_ name: String, _ text: String = "") throws {
    let file = path + "/" + name
    try FileTree.makeDirectories(FileTree.parentPath(of: file))
    try FileTree.replace(file, with: Array(text.utf8))
  }

  func makeDirectory(_ name: String) throws -> String {
    try FileTree.makeDirectories(path + "/" + name)
    return path + "/" + name
  }

  /// Runs a command of the shell in this directory.
  func run(_ command: String) -> Bool {
    system("cd '\(path)' && { \(command); } >/dev/null 2>&1") == 0
  }
}

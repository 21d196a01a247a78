import FileSystem
import Project

/// A file of variables as Docker's `--env-file` has it: `NAME=VALUE` on a line, everything behind the
/// `=` as it stands; `NAME` alone takes the value from here; lines that start with `#` are comments.
///
/// Source: "docker container run", `--env-file`, in Docker's reference of its command line.
enum EnvironmentFile {
  /// - Parameter own: The variables of this process.
  static func assignments(_ path: String, _ own: [String: String]) throws -> [Assignment] {
    let text: String
    do throws(FileError) {
      text = String(decoding: try FileTree.read(path), as: UTF8.self)
    } catch {
      throw UsageError(
        "unreadable-env-file", "cannot read '\(path)': \(error.reason.lowercased())",
        help: "check the path that --env-file names")
    }
    var found: [Assignment] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let line = line.drop { $0 == " " || $0 == "\t" }
      if line.isEmpty || line.hasPrefix("#") { continue }
      if let assignment = Assignment(String(line)) {
        found.append(assignment)
      } else if !line.contains("="), !line.contains(where: \.isWhitespace) {
        if let value = own[String(line)] {
          found.append(Assignment(name: String(line), value: value))
        }
      } else {
        // Not the line itself: it may be a secret.
        throw UsageError(
          "invalid-variable", "line \(index + 1) of '\(path)' is no variable",
          help: "write NAME=VALUE")
      }
    }
    return found
  }
}

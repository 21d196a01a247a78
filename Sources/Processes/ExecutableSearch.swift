import FileSystem
import Glibc

/// Finds a program as execvp(3) does.
package enum ExecutableSearch {
  /// The value of `PATH` in the caller's own environment.
  package static var callersPath: String {
    getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
  }

  /// - Returns: The path to run: `name` itself when it has a '/', else the first executable file of
  ///   that name in the folders of `path`.
  package static func find(
    _ name: String, path: String = callersPath
  ) throws(ProcessError) -> String {
    if name.utf8.contains(UInt8(ascii: "/")) { return name }
    var isThere = false
    for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
      let candidate = "\(folder.isEmpty ? "." : folder)/\(name)"
      guard let status = try? FileStatus.of(candidate, followLink: true), status.kind == .file
      else { continue }
      if access(candidate, X_OK) == 0 { return candidate }
      isThere = true
    }
    throw isThere ? .notExecutable(program: name) : .notFound(program: name)
  }
}

package import FileSystem
import Glibc

/// The directory that a project's paths start from.
package struct ProjectRoot: Sendable, Hashable {
  /// Why it is this one.
  package enum Reason: Sendable, Hashable {
    /// It has a `.runctl.toml`.
    case configuration
    /// It is the context that was asked for.
    case context
    /// It is where the command was started.
    case workingDirectory
  }

  /// Absolute, without links.
  package let path: String
  package let reason: Reason
  /// The configuration's name in messages: short where the person stands.
  package let configurationName: String

  /// nil when the project has none.
  package var configurationPath: String? {
    reason == .configuration ? path + "/" + Configuration.fileName : nil
  }

  /// Finds the root: the nearest parent with a `.runctl.toml`, of where one stands or else of the
  /// context; else the context; else where one stands.
  ///
  /// A file further up that belongs to a stranger, as anybody can put one into `/tmp`, is passed
  /// over.
  ///
  /// - Parameters:
  ///   - directory: Where one stands.
  ///   - context: Relative to `directory`, when one was asked for.
  package static func find(
    from directory: String, context: String? = nil
  ) throws(FileError) -> ProjectRoot {
    let here = try FileTree.canonicalPath(directory)
    let there: String?
    if let context {
      there = try FileTree.canonicalPath(ProjectPath.resolve(context, in: here))
    } else {
      there = nil
    }
    for start in [here, there].compactMap(\.self) {
      if let path = try nearestConfigured(from: start) {
        return make(path, .configuration, standing: here)
      }
    }
    return there.map { make($0, .context, standing: here) }
      ?? make(here, .workingDirectory, standing: here)
  }

  private static func make(_ path: String, _ reason: Reason, standing: String) -> ProjectRoot {
    let file = Configuration.fileName
    return ProjectRoot(
      path: path, reason: reason, configurationName: path == standing ? file : "\(path)/\(file)")
  }

  private static func nearestConfigured(from start: String) throws(FileError) -> String? {
    let owner = try FileStatus.of(start, followLink: true)?.uid
    var directory = start
    while true {
      let path = directory == "/" ? "/" : directory + "/"
      if let file = try FileStatus.of(path + Configuration.fileName, followLink: true),
        directory == start || [0, geteuid(), owner].contains(file.uid)
      {
        return directory
      }
      if directory == "/" { return nil }
      directory = FileTree.parentPath(of: directory)
    }
  }
}

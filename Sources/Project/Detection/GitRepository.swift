import FileSystem

/// Where the files of a git repository are.
struct GitRepository {
  /// Has HEAD: `.git`, or in a further work tree or a submodule what the file `.git` names.
  let directory: String
  /// Has the branches: the same, but for a further work tree the first one's.
  let common: String

  /// The repository whose work tree holds `directory`.
  static func find(from directory: String) throws(FileError) -> GitRepository? {
    var parent = directory
    while true {
      let path = ProjectPath.resolve(".git", in: parent)
      switch try FileStatus.of(path, followLink: true)?.kind {
      case .directory: return try make(path)
      case .file: return try follow(path, in: parent)
      default: break
      }
      if parent == "/" || parent == "." { return nil }
      parent = FileTree.parentPath(of: parent)
    }
  }

  private static func follow(_ path: String, in parent: String) throws(FileError) -> GitRepository?
  {
    guard let line = try firstLine(of: path), line.hasPrefix("gitdir:") else { return nil }
    let target = line.dropFirst(7).drop { $0 == " " }
    return target.isEmpty ? nil : try make(ProjectPath.resolve(String(target), in: parent))
  }

  private static func make(_ directory: String) throws(FileError) -> GitRepository {
    let common = try firstLine(of: directory + "/commondir")
    return GitRepository(
      directory: directory,
      common: common.map { ProjectPath.resolve($0, in: directory) } ?? directory)
  }

  /// - Returns: nil when there is no such file, or one that is no short text.
  static func firstLine(of path: String) throws(FileError) -> String? {
    guard let status = try FileStatus.of(path, followLink: true), status.kind == .file,
      status.size <= 4096, let bytes = try FileTree.readIfPresent(path)
    else { return nil }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}

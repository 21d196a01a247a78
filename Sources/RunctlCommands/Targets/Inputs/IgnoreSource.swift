import ContextScan
import Diagnostics
import FileSystem
import OCI
import Project

/// The ignore file that counts for an image.
struct IgnoreSource {
  /// Where it may be; a file that appears at an earlier place counts from then on.
  let candidates: [String]
  /// nil when there is none.
  let path: String?

  static func find(dockerfile: String, context: String) throws -> IgnoreSource {
    let candidates = IgnoreFile.candidates(dockerfile: dockerfile, context: context)
    let path = try candidates.first {
      try FileStatus.of($0, followLink: true)?.kind == .file
    }
    return IgnoreSource(candidates: candidates, path: path)
  }

  /// The line that leaves a path out, from 1 on, and its text; nil when it is none of the file's.
  func line(excluding path: TreePath) throws -> (number: Int, text: String)? {
    guard let file = self.path else { return nil }
    let lines = try FileTree.read(file).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    func excludes(_ count: Int) throws -> Bool {
      try IgnoreRules(parsing: Array(lines.prefix(count).joined(separator: "\n".utf8)))
        .excludes(path)
    }
    guard try excludes(lines.count) else { return nil }
    for count in (0..<lines.count).reversed() where try !excludes(count) {
      return (count + 1, String(decoding: lines[count], as: UTF8.self))
    }
    return nil
  }

  /// - Parameters:
  ///   - further: Patterns before those of the file.
  ///   - root: What paths are relative to; nil is the image's context.
  /// - Throws: `DiagnosticList` for a line that is no pattern.
  func rules(
    for image: ImageDefinition, _ workspace: Workspace, leading further: [String] = [],
    below root: String? = nil
  ) throws -> IgnoreRules {
    let bytes = try path.map { try FileTree.read($0) } ?? []
    // What runs write is never part of what they are made from.
    var leading = IgnoreRules.builtIn + further
    let written = image.run.outputs + workspace.project.configuration.runFolders
    leading += written.compactMap { written in
      let path = ProjectPath.resolve(written.value, in: workspace.project.root.path)
      return TreePath(path).relative(to: TreePath(root ?? image.context)).map(IgnoreRules.literal)
    }
    do {
      return try IgnoreRules(parsing: bytes, leading: leading)
    } catch {
      throw DiagnosticList([
        error.diagnostic(in: path.map { SourceFile(name: $0, bytes: bytes) })
      ])
    }
  }
}

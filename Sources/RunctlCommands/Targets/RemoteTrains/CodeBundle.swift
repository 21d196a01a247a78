import ContextScan
import FileSystem
import LayerArchive
import OCI
import Project
import Storage

/// A project's code as one archive, for a run that gets it without an image.
///
/// The same files always give the same bytes: their digest says whether a place has them already.
struct CodeBundle {
  /// Absolute, of the archive: tar in gzip.
  let path: String
  let digest: Digest
  /// Of the archive, in bytes.
  let size: Int64
  let fileCount: Int
  /// Whether it has something where the instance puts other data.
  let hasData: Bool
  /// What looks private and was left out.
  let privatePaths: [String]

  /// Packs the code.
  ///
  /// - Parameters:
  ///   - script: Relative to the project's root: must be in it.
  ///   - folder: Absolute; gets the archive.
  /// - Throws: `UsageError` when the script is left out, `ContextError`, `FileError`,
  ///   `ArchiveError`.
  init(
    of root: String, script: TreePath, _ rules: CodeRules, clock: some FileClock,
    into folder: String
  ) throws {
    let tree = try ContextWalker(root: root, rules: rules.left).tree(
      clock: clock, modes: .normalized)
    let (entries, privateEntries) = Self.chosen(tree, rules)
    privatePaths = privateEntries.map { String(decoding: $0.path.bytes, as: UTF8.self) }
    guard entries.contains(where: { $0.path == script }) else {
      throw UsageError(
        "script-not-sent",
        "'\(String(decoding: script.bytes, as: UTF8.self))' is not among the code that is sent: "
          + (try rules.reason(against: script)),
        help: "bring it back there, or run it in an image (--use-docker)")
    }
    path = folder + "/code.tar.gz"
    let file = try CodeFile(path)
    let writer = LayerWriter(into: file)
    for entry in entries {
      try writer.append(
        entry, content: entry.kind == .file ? .file(path: root + entry.path.description) : .none)
    }
    let written = try writer.finish().descriptor
    digest = written.digest
    size = written.size
    hasData = entries.contains { $0.path == TreePath("data") }
    fileCount = entries.count { $0.kind == .file }
  }

  /// What is sent, with the folders that it is in, and what is too private for that; in order of path.
  private static func chosen(
    _ tree: ContextTree, _ rules: CodeRules
  ) -> (sent: [LayerEntry], left: [LayerEntry]) {
    let found = tree.entries.compactMap(tree.layerEntry).filter {
      $0.kind == .file || $0.kind == .directory || $0.kind == .symlink
    }
    let included = found.filter { rules.includes($0.path) }
    let left = included.filter { $0.kind != .directory && rules.isPrivate($0.path) }
    let hidden = Set(left.map(\.path))
    let wanted = included.filter { !hidden.contains($0.path) }
    let folders = Set(wanted.flatMap(\.path.ancestors))
    let names = Set(wanted.map(\.path))
    return (found.filter { names.contains($0.path) || folders.contains($0.path) }, left)
  }
}

/// Takes an archive, and says what its bytes are.
private final class CodeFile: BlobWriter {
  private let file: File
  private var hash = SHA256()
  private var size: Int64 = 0

  init(_ path: String) throws { file = try File.create(path) }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    hash.update(bytes)
    size += Int64(bytes.count)
    try file.write(bytes)
  }

  func commit(expecting expected: Digest?) -> (digest: Digest, size: Int64) {
    (hash.finalize(), size)
  }
}

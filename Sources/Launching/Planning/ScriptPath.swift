import Diagnostics
import FileSystem
import Glibc
package import OCI
import Project

/// Finds a script of the project in an image.
package enum ScriptPath {
  /// Why a file of the project is not in the image.
  package enum Absence: Sendable, Hashable {
    /// No COPY takes it or a folder above it.
    case notCopied
    /// A COPY takes the folder that it is in, and it is not there.
    case leftOut
    /// There is something else of that name in the image.
    case replaced(place: String)

    var explanation: String {
      switch self {
      case .notCopied: "no COPY takes it"
      case .leftOut: "COPY takes its folder, and an ignore file or a later step leaves it out"
      case .replaced(let place): "'\(place)' is no file there"
      }
    }

    func remedy(_ path: String) -> String {
      switch self {
      case .notCopied: "add it to the Dockerfile (COPY \(path) \(path))"
      case .leftOut: "see what .dockerignore says of it, or bring it back there (!\(path))"
      case .replaced: "see what a later step of the Dockerfile does to it"
      }
    }
  }

  /// - Parameters:
  ///   - script: Absolute, or relative to `directory` or else to the context.
  ///   - directory: Where the person stands; absolute.
  ///   - context: What COPY took its files from; absolute.
  ///   - places: Where COPY put them.
  ///   - tree: What is in the image.
  package static func inImage(
    _ script: String, from directory: String, context: String, places: [CopyPlace], tree: RootTree
  ) throws(LaunchError) -> LaunchScript {
    let path = try onHost(script, from: directory, context: context)
    guard let relative = inside(context, path), !relative.isRoot else {
      throw .scriptOutsideContext(path: script, context: context)
    }
    let name = String(decoding: relative.bytes, as: UTF8.self)
    let candidates = CopyPlace.candidates(for: relative, in: places)
    var something: TreePath?
    for candidate in candidates {
      guard let found = try? tree.resolve(candidate), let entry = found.entry else { continue }
      if entry.kind == .file || entry.kind == .hardLink {
        return LaunchScript(
          place: candidate, firstLine: try firstLine(of: path),
          isExecutable: entry.permissions & 0o111 != 0)
      }
      something = something ?? candidate
    }
    if let something {
      throw .scriptNotCopied(path: name, reason: .replaced(place: something.description))
    }
    throw .scriptNotCopied(path: name, reason: candidates.isEmpty ? .notCopied : .leftOut)
  }

  /// The path in the context, whichever way either of them was reached. A script that is a link is
  /// copied as one, and is looked for by its own name.
  private static func inside(_ context: String, _ path: String) -> TreePath? {
    if let relative = TreePath(path).relative(to: TreePath(context)) { return relative }
    guard let folder = try? FileTree.canonicalPath(FileTree.parentPath(of: path)),
      let root = try? FileTree.canonicalPath(context)
    else { return nil }
    return TreePath("\(folder)/\(FileTree.lastComponent(of: path))").relative(to: TreePath(root))
  }

  /// The script's absolute path on the host.
  /// - Throws: ``LaunchError/scriptMissing(path:suggestion:)``, ``LaunchError/scriptIsNoFile(path:)``.
  @discardableResult
  package static func onHost(
    _ script: String, from directory: String, context: String
  ) throws(LaunchError) -> String {
    let candidates = [directory, context].map { ProjectPath.resolve(script, in: $0) }
    for candidate in candidates {
      guard let status = try? FileStatus.of(candidate, followLink: true) else { continue }
      guard status.kind == .file else { throw .scriptIsNoFile(path: script) }
      return candidate
    }
    throw .scriptMissing(path: script, suggestion: suggestion(script, candidates[0]))
  }

  private static func suggestion(_ script: String, _ path: String) -> String? {
    let folder = FileTree.parentPath(of: path)
    let names = ((try? Directory.entries(of: folder)) ?? []).map {
      String(decoding: $0.name, as: UTF8.self)
    }
    let own = FileTree.lastComponent(of: path)
    guard let closest = Suggestion.closest(to: own, among: names.sorted()) else { return nil }
    return String(script.dropLast(own.count)) + closest
  }

  /// At most 256 bytes of it: what comes behind is no interpreter's line.
  package static func firstLine(of path: String) throws(LaunchError) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    var count = 0
    do throws(FileError) {
      let file = try File.open(path)
      var failure: FileError?
      buffer.withUnsafeMutableBytes { bytes in
        do throws(FileError) { count = try file.read(at: 0, into: bytes) } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    } catch {
      throw .system(operation: error.operation, path: error.path, reason: error.reason)
    }
    let line = buffer[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    return String(decoding: line, as: UTF8.self)
  }
}

import FileSystem
import OCI
import Project

/// Looks for what a run wrote beside its outputs where people expect to find results: in the working
/// directory, and where the project's root was copied to.
struct UndeclaredSearch {
  private static let ignoredNames: Set<String> = [
    "__pycache__", ".cache", ".config", ".local", ".nv", ".triton", ".pytest_cache",
    ".ipynb_checkpoints", ".python_history", ".bash_history",
  ]
  /// Matters where the working directory is the root.
  private static let ignoredFolders = ["dev", "etc", "proc", "run", "sys", "tmp", "var"]
    .map { TreePath($0) }

  let upper: String
  let workingDirectory: TreePath
  let copied: [CopyPlace]
  let outputs: [RunOutput]
  let folders: ProjectFolders

  func find() -> UndeclaredFiles {
    var places: [TreePath] = []
    for root in roots {
      guard leadsThroughDirectories(root) else { continue }
      walk(root, into: &places)
    }
    let shown = places.sorted().prefix(UndeclaredFiles.limit).map {
      UndeclaredFiles.File(place: $0, path: projectPath(of: $0))
    }
    return UndeclaredFiles(files: Array(shown), count: places.count)
  }

  private var roots: [TreePath] {
    let all = Set([workingDirectory] + copied.filter { $0.source.isRoot }.map(\.destination))
    return all.filter { root in
      !all.contains { $0 != root && root.relative(to: $0) != nil }
    }
  }

  /// A link that the program put on the way is not followed.
  private func leadsThroughDirectories(_ root: TreePath) -> Bool {
    (root.ancestors.dropFirst() + [root]).allSatisfy {
      (try? FileStatus.of(upper + $0.description, followLink: false)?.kind) == .directory
    }
  }

  private func walk(_ directory: TreePath, into found: inout [TreePath]) {
    for entry in (try? Directory.entries(of: upper + directory.description)) ?? [] {
      let place = directory.appending(name: entry.name)
      guard !isIgnored(place), !isOutput(place) else { continue }
      switch try? FileStatus.of(upper + place.description, followLink: false)?.kind {
      case .directory?: walk(place, into: &found)
      case .file?, .symlink?: found.append(place)
      default: continue
      }
    }
  }

  private func isIgnored(_ place: TreePath) -> Bool {
    let name = String(decoding: place.name, as: UTF8.self)
    return Self.ignoredNames.contains(name) || name.hasSuffix(".pyc")
      || Self.ignoredFolders.contains(place)
  }

  private func isOutput(_ place: TreePath) -> Bool {
    outputs.contains { $0.places.contains(place) }
  }

  private func projectPath(of place: TreePath) -> String {
    for copy in copied.reversed() {
      guard let rest = place.relative(to: copy.destination) else { continue }
      let path = TreePath(folders.context).appending(copy.source).appending(rest)
      if let inside = path.relative(to: TreePath(folders.root)) {
        return String(inside.description.dropFirst())
      }
    }
    return String((place.relative(to: workingDirectory) ?? place).description.dropFirst())
  }
}

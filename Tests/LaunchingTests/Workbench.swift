import Diagnostics
import FileSystem
import Foundation
import OCI
import Project
import State
import Testing

@testable import Launching

/// A temporary project, gone afterwards.
final class Workbench {
  let folder: String
  var root: String { "\(folder)/project" }
  var folders: ProjectFolders { ProjectFolders(root: root, context: root) }

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/runctl-launch-XXXXXX").utf8CString)
    let made = try #require(mkdtemp(&template).map { String(cString: $0) })
    folder = try FileTree.canonicalPath(made)
    chmod(folder, 0o755)
    try FileTree.makeDirectories(root)
  }

  deinit { try? FileTree.remove(folder) }

  /// - Parameter path: In the project.
  func write(_ path: String, _ text: String, permissions: UInt32 = 0o644) throws {
    try FileTree.makeDirectories(FileTree.parentPath(of: "\(root)/\(path)"))
    try FileTree.replace("\(root)/\(path)", with: Array(text.utf8), permissions: permissions)
  }

  func read(_ path: String) throws -> String {
    String(decoding: try FileTree.read("\(root)/\(path)"), as: UTF8.self)
  }

  func has(_ path: String) -> Bool { FileTree.exists("\(root)/\(path)") }

  var state: ProjectState {
    get throws { try ProjectState.writing("\(root)/.runctl") }
  }
}

/// `[images.app.run]` as somebody would write it.
func settings(_ lines: String...) throws -> RunSettings {
  let text = "[images.app.run]\n" + lines.joined(separator: "\n") + "\n"
  let (configuration, diagnostics) = Configuration.parse(SourceFile(name: "toml", text: text))
  try #require(diagnostics.filter { $0.severity == .error } == [])
  return try #require(configuration.image("app")).run
}

/// A root file system made of names: a directory where one ends in `/`, an executable file where it
/// ends in `*`, a link where it has ` -> `.
func tree(_ names: String...) -> RootTree {
  RootTree(layers: [
    LayerIndex(
      names.map { name in
        if let arrow = name.range(of: " -> ") {
          var link = LayerEntry(
            path: TreePath(String(name[..<arrow.lowerBound])), kind: .symlink, permissions: 0o777)
          link.link = Array(name[arrow.upperBound...].utf8)
          return link
        }
        let isExecutable = name.hasSuffix("*")
        return LayerEntry(
          path: TreePath(isExecutable ? String(name.dropLast()) : name),
          kind: name.hasSuffix("/") ? .directory : .file,
          permissions: isExecutable ? 0o755 : 0o644)
      })
  ])
}

func place(_ source: String, _ destination: String) -> CopyPlace {
  CopyPlace(source: TreePath(source), destination: TreePath(destination))
}

/// An image of which only the execution matters.
func image(
  entrypoint: [String]? = nil, command: [String]? = nil, workingDirectory: String? = nil,
  environment: [String]? = nil, user: String? = nil, stopSignal: String? = nil,
  tree: RootTree = RootTree(layers: []), places: [CopyPlace] = [], lowers: [String] = []
) -> RunImage {
  var config = ImageConfig(platform: Platform(os: "linux", architecture: "amd64"))
  var execution = ImageConfig.Execution()
  execution.entrypoint = entrypoint
  execution.command = command
  execution.workingDirectory = workingDirectory
  execution.environment = environment
  execution.user = user
  execution.stopSignal = stopSignal
  config.config = execution
  return RunImage(
    digest: SHA256.digest(of: "image"), lowers: lowers, tree: tree, config: config, places: places)
}

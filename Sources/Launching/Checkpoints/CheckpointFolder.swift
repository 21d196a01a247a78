import FileSystem
package import OCI
package import Project
import Sandbox

/// The project's folder for checkpoints. Runs write to it and it stays: it is neither an input nor an
/// output, so that what is in it makes no run outdated.
package struct CheckpointFolder: Sendable, Equatable, Codable {
  /// Absolute.
  package let directory: String
  /// Where a run sees it, the likeliest first; the folder itself for one without a container.
  package let places: [TreePath]
  /// How many checkpoints are kept; nil keeps all.
  package let keepLast: Int?

  /// - Parameter image: nil for a run without a container.
  /// - Returns: nil where none is configured.
  /// - Throws: ``LaunchError/unusableOutput(path:reason:span:)``.
  package init?(
    _ configuration: Configuration, image: RunImage?, folders: ProjectFolders
  ) throws(LaunchError) {
    guard let written = Self.written(configuration) else { return nil }
    directory = folders.path(of: written.value)
    let status = try? FileStatus.of(directory, followLink: true)
    guard status == nil || status?.kind == .directory else {
      throw .unusableOutput(
        path: written.value, reason: "checkpoints need a directory", span: written.span)
    }
    places = Self.places(directory, image, folders)
    keepLast = configuration.checkpoint.keepLast?.value
  }

  /// As it is written: what is of this machine goes before what is of all.
  package static func written(_ configuration: Configuration) -> Located<String>? {
    configuration.local.checkpointDirectory ?? configuration.checkpoint.directory
  }

  private static func places(
    _ directory: String, _ image: RunImage?, _ folders: ProjectFolders
  ) -> [TreePath] {
    guard let image, let inside = TreePath(directory).relative(to: TreePath(folders.root)),
      !inside.isRoot
    else { return [TreePath(directory)] }
    return OutputPlaces(
      tree: image.tree, copied: image.places,
      workingDirectory: TreePath(image.execution.workingDirectory ?? "/"), folders: folders
    ).places(of: String(inside.description.dropFirst()), directory)
  }

  var mounts: [SandboxMount] {
    places.map { SandboxMount(.bind(directory), target: $0.description) }
  }

  /// The newest checkpoint; nil when there is none.
  package func newest() -> Checkpoint? {
    guard let place = places.first, let name = Self.oldestFirst(directory).last else { return nil }
    return Checkpoint(name: name, place: place.appending(TreePath(name)).description)
  }

  /// Removes the oldest beyond ``keepLast``.
  package func thinOut() throws {
    guard let keepLast else { return }
    for name in Self.oldestFirst(directory).dropLast(keepLast) {
      try FileTree.remove("\(directory)/\(name)")
    }
  }

  /// Files and folders directly in it; of the same time by name. Hidden ones are none, and neither
  /// are those that are still being written, as their name says.
  private static func oldestFirst(_ directory: String) -> [String] {
    let found = ((try? Directory.entries(of: directory)) ?? []).compactMap {
      entry -> (name: String, time: FileTime)? in
      let name = String(decoding: entry.name, as: UTF8.self)
      guard !name.hasPrefix("."), !name.hasSuffix(".tmp"),
        let status = try? FileStatus.of("\(directory)/\(name)", followLink: false),
        status.kind == .file || status.kind == .directory
      else { return nil }
      return (name, status.modified)
    }
    return found.sorted { ($0.time, $0.name) < ($1.time, $1.name) }.map(\.name)
  }
}

extension Configuration {
  /// What every script of this machine is told; what the project says of the environment goes before.
  package func variables(_ checkpoints: CheckpointFolder?) -> [Assignment] {
    checkpoint.variables(directory: checkpoints?.places.first?.description) + local.variables
  }
}

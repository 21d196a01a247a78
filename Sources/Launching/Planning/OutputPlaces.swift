import Diagnostics
import FileSystem
import OCI
import Project

/// Finds out where in the image a run will write what the project calls an output.
struct OutputPlaces {
  let tree: RootTree
  let copied: [CopyPlace]
  let workingDirectory: TreePath
  let folders: ProjectFolders

  /// - Throws: ``LaunchError/unusableOutput(path:reason:span:)``.
  func output(_ written: Located<String>) throws(LaunchError) -> RunOutput {
    let path = ProjectPath.resolve(written.value, in: ".")
    guard ProjectPath.staysInside(written.value), path != "." else {
      throw .unusableOutput(
        path: written.value, reason: "it must be inside the project's root", span: written.span)
    }
    let destination = ProjectPath.resolve(path, in: folders.root)
    let places = places(of: path, destination)
    let form = try form(of: written, destination, places[0])
    return RunOutput(path: path, form: form, destination: destination, places: places)
  }

  /// Where COPY puts it, or would have put it if it had been there before; and where it is for a
  /// program that names it as the project does.
  func places(of path: String, _ destination: String) -> [TreePath] {
    let beside = workingDirectory.appending(TreePath(path))
    guard let inContext = TreePath(destination).relative(to: TreePath(folders.context)),
      let copy = CopyPlace.candidates(for: inContext, in: copied).first, copy != beside,
      !copy.isRoot
    else { return [beside] }
    return [copy, beside]
  }

  private func form(
    of written: Located<String>, _ destination: String, _ place: TreePath
  ) throws(LaunchError) -> RunOutput.Form {
    let there = try? FileStatus.of(destination, followLink: true)?.kind
    let inImage = try? tree.resolve(place).entry?.kind
    if there == .directory || (there == nil && inImage == .directory) { return .directory }
    guard there == nil || there == .file else {
      throw .unusableOutput(
        path: written.value, reason: "it is neither a file nor a directory", span: written.span)
    }
    if there == .file || inImage == .file { return .file }
    return written.value.hasSuffix("/") || !hasSuffix(destination) ? .directory : .file
  }

  /// `model.pt` has one; `checkpoints` and `.cache` have none.
  private func hasSuffix(_ path: String) -> Bool {
    let name = FileTree.lastComponent(of: path).drop { $0 == "." }
    guard let dot = name.lastIndex(of: ".") else { return false }
    return name.index(after: dot) != name.endIndex
  }
}

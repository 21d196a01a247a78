import ContextScan
import Launching
import OCI
import Project
import State

/// What a train without a container is made from: the project's files, the interpreter and what it
/// is told.
struct HostInputs {
  let all: [Input]

  init(_ workspace: Workspace, _ image: ImageDefinition, _ run: HostRun) throws {
    let ignore = try IgnoreSource.find(dockerfile: "", context: workspace.project.root.path)
    let context = BuildContext(
      root: workspace.project.root.path, rules: try ignore.rules(for: image, workspace),
      roots: [.root], clock: workspace.clock(),
      storage: StoredDigests(
        try workspace.state().digests, context: workspace.project.root.path))
    let entries: [LayerEntry] = try context.tree().descendants(of: .root)
    let files = entries.filter { $0.kind == .file }
    let contents = try zip(files, context.digests(of: files.map(\.path)))
    var digest = TreeDigest()
    for (file, content) in contents {
      var entry = file
      entry.content = content
      digest.add(entry)
    }
    for link in entries where link.kind == .symlink { digest.add(link) }
    _ = try context.settle([])
    let key = try SecretKey(workspace.storePaths)
    all =
      [
        Input("the project", digest.finalize().description),
        Input("command", run.arguments.joined(separator: " ")),
      ]
      + run.given.map { Input("variable \($0.name)", key.shown($0.value, named: $0.name)) }
  }
}

import FileSystem
package import OCI
package import Project

/// A script of the project that another machine runs with its own Python, in a copy of the project's
/// root. A value: nothing has been made or started.
package struct CodePlan: Sendable, Equatable {
  /// The program first; the script by its path from the root.
  package let arguments: [String]
  /// What the machine's own environment gets on top, in order of name.
  package let environment: [Assignment]
  package let outputs: [RunOutput]
  /// Relative to the project's root.
  package let script: TreePath

  /// - Parameters:
  ///   - script: Absolute, or relative to `standing` or else to the project's root.
  ///   - standing: Where the person stands.
  ///   - environment: What the command line says.
  /// - Throws: ``LaunchError`` when there is no such script in the project, or an output is unusable.
  package init(
    script: String, arguments: [String], from standing: String, settings: RunSettings,
    environment: [Assignment], folders: ProjectFolders
  ) throws(LaunchError) {
    let path = try ScriptPath.onHost(script, from: standing, context: folders.root)
    guard let relative = TreePath(path).relative(to: TreePath(folders.root)), !relative.isRoot
    else { throw .scriptOutsideContext(path: script, context: folders.root) }
    self.script = relative
    let interpreter: String
    switch CommandHead.language(ofScript: path) {
    case .shell?: interpreter = try ScriptPath.firstLine(of: path).contains("bash") ? "bash" : "sh"
    default: interpreter = "python3"
    }
    self.arguments = [interpreter, String(decoding: relative.bytes, as: UTF8.self)] + arguments
    let said = settings.environment.map(\.value) + environment
    var given = ["PYTHONUNBUFFERED": "1"]
    for variable in said { given[variable.name] = variable.value }
    self.environment = given.sorted { $0.key < $1.key }.map {
      Assignment(name: $0.key, value: $0.value)
    }
    let places = OutputPlaces(
      tree: RootTree(layers: []), copied: [], workingDirectory: .root, folders: folders)
    outputs = try settings.outputs.map { output throws(LaunchError) in try places.output(output) }
  }
}

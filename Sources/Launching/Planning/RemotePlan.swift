import OCI
package import Project

/// A script in an image on another machine, down to the last argument. A value: nothing has been
/// made or started.
///
/// Folders of this machine are not there: volumes of the settings are no part of it.
package struct RemotePlan: Sendable, Equatable {
  /// The program first; the image's ENTRYPOINT is worked in.
  package let arguments: [String]
  /// What the image's own environment gets on top, in order of name.
  package let environment: [Assignment]
  /// The names of those that the command line says.
  package let givenByCommand: Set<String>
  /// Absolute, in the image.
  package let workingDirectory: String
  /// As in a Dockerfile; nil is root.
  package let user: String?
  package let outputs: [RunOutput]

  /// - Parameters:
  ///   - environment: What the command line says.
  ///   - knowsTree: Whether it is known what is in the image.
  /// - Throws: ``LaunchError`` when the ENTRYPOINT takes no arguments, or an output is unusable.
  package init(
    _ script: LaunchScript, arguments: [String], image: RunImage, settings: RunSettings,
    environment: [Assignment], folders: ProjectFolders, knowsTree: Bool = true
  ) throws(LaunchError) {
    let execution = image.execution
    let said = settings.environment.map(\.value) + environment
    let variables = RunEnvironment(
      image: execution.environment ?? [], given: said, terminal: nil)
    let finder = ImagePrograms(
      tree: image.tree, path: variables.value(of: "PATH") ?? "", isKnown: knowsTree)
    self.arguments = try ScriptCommand(image: execution, finder: finder)
      .words(for: script, arguments: arguments)
    var given = Dictionary(said.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    // What a program prints is seen at once, and is in the log when it dies.
    let unbuffered = "PYTHONUNBUFFERED"
    given[unbuffered] = variables.value(of: unbuffered)
    self.environment = given.sorted { $0.key < $1.key }.map {
      Assignment(name: $0.key, value: $0.value)
    }
    givenByCommand = Set(environment.map(\.name))
    let directory = TreePath(execution.workingDirectory ?? "/")
    workingDirectory = directory.description
    user = execution.user.flatMap { $0.isEmpty ? nil : $0 }
    let places = OutputPlaces(
      tree: image.tree, copied: image.places, workingDirectory: directory, folders: folders)
    outputs = try settings.outputs.map { output throws(LaunchError) in try places.output(output) }
  }
}

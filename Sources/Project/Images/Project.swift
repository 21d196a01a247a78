package import Diagnostics
import FileSystem

/// A project as it is on the disk: its root, its configuration and the images it asks for.
package struct Project: Sendable {
  package let root: ProjectRoot
  package let configuration: Configuration
  /// In the order of the configuration; one, named after the folder, when it names none.
  package let images: [ImageDefinition]
  /// What is odd about the configuration without being wrong.
  package let warnings: [Diagnostic]

  /// Reads the project.
  ///
  /// - Parameter options: What the command line says, for every image.
  /// - Throws: `DiagnosticList` when the configuration is wrong; `FileError` when the disk cannot
  ///   be read; ``ProjectError``.
  package static func open(_ root: ProjectRoot, options: ImageOptions = .init()) throws -> Project {
    let (configuration, diagnostics) = try readConfiguration(root)
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      throw DiagnosticList(diagnostics)
    }
    let builder = ImageDefinitionBuilder(
      root: root.path, configuration: configuration, options: options)
    var images = try configuration.images.map { try builder.build(name: $0.name.value, $0) }
    if images.isEmpty {
      let folder = FileTree.lastComponent(of: root.path)
      let name = configuration.projectName?.value ?? ImageName.from(folder: folder)
      images = [try builder.build(name: name, nil)]
    }
    return Project(
      root: root, configuration: configuration, images: images, warnings: diagnostics)
  }

  /// The images of these names, in this order; all, when there are none.
  ///
  /// - Throws: ``ProjectError/unknownImage(name:known:)``.
  package func images(named names: [String]) throws(ProjectError) -> [ImageDefinition] {
    if names.isEmpty { return images }
    var found: [ImageDefinition] = []
    for name in names {
      guard let image = images.first(where: { $0.name == name }) else {
        throw .unknownImage(name: name, known: images.map(\.name))
      }
      if !found.contains(where: { $0.name == name }) { found.append(image) }
    }
    return found
  }

  private static func readConfiguration(
    _ root: ProjectRoot
  ) throws -> (Configuration, [Diagnostic]) {
    guard let path = root.configurationPath else { return (.empty, []) }
    guard let status = try FileStatus.of(path, followLink: true), status.kind == .file else {
      throw ProjectError.configurationIsNoFile(path: path)
    }
    guard status.size <= Configuration.maxByteCount else {
      throw ProjectError.configurationTooLarge(path: path)
    }
    return Configuration.parse(
      SourceFile(name: root.configurationName, bytes: try FileTree.read(path)))
  }
}

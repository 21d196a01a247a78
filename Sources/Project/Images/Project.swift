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
  /// What of the configuration is about things that are not done here: worth saying once.
  package let remarks: [Diagnostic]
  /// nil when there cannot be one.
  package let userConfiguration: UserConfiguration?

  /// Reads the project.
  ///
  /// - Parameters:
  ///   - user: What counts below the project's configuration.
  ///   - options: What the command line says, for every image.
  /// - Throws: `DiagnosticList` when the configuration is wrong; `FileError` when the disk cannot
  ///   be read; ``ProjectError``.
  package static func open(
    _ root: ProjectRoot, below user: UserConfiguration? = nil, options: ImageOptions = .init()
  ) throws -> Project {
    let (configuration, diagnostics) = Configuration.parse(
      try root.configurationPath.flatMap { try read($0, as: root.configurationName) },
      below: try user.flatMap { $0.isThere ? try read($0.path, as: $0.path) : nil })
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
      root: root, configuration: configuration, images: images,
      warnings: diagnostics.filter { $0.id != ConfigurationKey.noEffectID },
      remarks: diagnostics.filter { $0.id == ConfigurationKey.noEffectID },
      userConfiguration: user)
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

  /// The files that the configuration comes from, whether or not they are there.
  package var configurationPaths: [String] {
    [root.configurationPath, userConfiguration?.path].compactMap(\.self)
  }

  /// Whether a value is of the project's file, and not of the person's own.
  package func isOwn<Value>(_ setting: Located<Value>?) -> Bool {
    setting?.span?.file.name == root.configurationName
  }

  /// The path of the file that holds the password for Docker Hub, if one does.
  package var passwordFile: String? {
    guard let name = configuration.docker.dockerHubPassword?.span?.file.name else { return nil }
    return name == userConfiguration?.path ? name : root.configurationPath
  }

  /// - Returns: nil when there is no such file.
  private static func read(_ path: String, as name: String) throws -> SourceFile? {
    guard let status = try FileStatus.of(path, followLink: true) else { return nil }
    guard status.kind == .file else { throw ProjectError.configurationIsNoFile(path: path) }
    guard status.size <= Configuration.maxByteCount else {
      throw ProjectError.configurationTooLarge(path: path)
    }
    return try FileTree.readIfPresent(path).map { SourceFile(name: name, bytes: $0) }
  }
}

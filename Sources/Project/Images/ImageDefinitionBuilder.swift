import FileSystem

/// Makes an image's definition from what the configuration, the flags and the disk say.
struct ImageDefinitionBuilder {
  /// Absolute.
  let root: String
  let configuration: Configuration
  let options: ImageOptions

  /// - Parameter settings: nil for the one image of a project that configures none.
  /// - Throws: ``ProjectError/contextNotThere(path:span:)``, or `FileError` when the disk cannot be
  ///   read.
  func build(name: String, _ settings: ImageSettings?) throws -> ImageDefinition {
    let context = try context(settings)
    let shared = configuration.docker.buildArguments.byName
    let own = settings?.buildArguments.byName ?? [:]
    let flags = options.buildArguments.map { Located($0) }.byName
    return ImageDefinition(
      name: name,
      dockerfile: try dockerfile(settings),
      context: context,
      target: options.target ?? settings?.target?.value,
      buildArguments: shared.merging(own) { $1 }.merging(flags) { $1 },
      tags: options.tags.isEmpty ? settings?.tags.map(\.value) ?? [] : options.tags,
      push: settings?.push.map(\.value) ?? [],
      platform: options.platform ?? settings?.platform?.value,
      requirements: try RequirementsDetection.find(
        in: context, further: settings?.requirements.map(\.value) ?? []),
      secrets: secrets(settings),
      run: settings?.run ?? .none,
      normalizesModes: settings?.normalizesModes ?? false)
  }

  private func secrets(_ settings: ImageSettings?) -> [String: ImageSecret] {
    var secrets = (settings?.secrets ?? [:]).mapValues { secret in
      var resolved = secret
      if case .file(let path) = secret.source {
        resolved.source = .file(ProjectPath.resolve(path, in: root))
      }
      return resolved
    }
    for (id, source) in options.secrets { secrets[id, default: ImageSecret()].source = source }
    return secrets
  }

  private func context(_ settings: ImageSettings?) throws -> String {
    let configured = options.context == nil ? settings?.context : nil
    let path = options.context ?? ProjectPath.resolve(configured?.value ?? ".", in: root)
    guard try FileStatus.of(path, followLink: true)?.kind == .directory else {
      throw ProjectError.contextNotThere(path: path, span: configured?.span)
    }
    return path
  }

  /// The flag's; the configured one; what is found in the context that a flag names; what is found
  /// in the root.
  private func dockerfile(
    _ settings: ImageSettings?
  ) throws(FileError) -> ImageDefinition.Dockerfile {
    if let path = options.dockerfile { return .given(path: path, span: nil) }
    if let configured = settings?.dockerfile {
      return .given(
        path: ProjectPath.resolve(configured.value, in: root), span: configured.span)
    }
    for directory in [options.context, root].compactMap(\.self) {
      if let path = try DockerfileDetection.detect(in: directory).path {
        return .detected(path: path)
      }
    }
    return .missing(directory: options.context ?? root)
  }
}

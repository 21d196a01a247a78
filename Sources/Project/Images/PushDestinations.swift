package import OCI

/// Says where an image goes.
package enum PushDestinations {
  /// The places an image is pushed to: those given; else the image's `push`; else
  /// `<ecr_registry>/<name>`; else `<derived>/<name>`; else `docker.io/<dockerhub_username>/<name>`.
  ///
  /// - Parameters:
  ///   - given: From the command line.
  ///   - derived: Called when the configuration has no `ecr_registry`: the host of the account's
  ///     own registry, or nil.
  /// - Throws: ``ProjectError/noPushDestination(image:)`` when nothing says where.
  package static func of(
    _ image: ImageDefinition, given: [PushDestination], in configuration: Configuration,
    derived: () throws -> String? = { nil }
  ) throws -> [PushDestination] {
    if !given.isEmpty { return given }
    let named = image.tags.compactMap { tag in
      if case .name(let name) = tag { name } else { nil }
    }
    if !image.push.isEmpty || !named.isEmpty { return image.push + named }
    let docker = configuration.docker
    let prefix =
      try docker.ecrRegistry?.value ?? derived()
      ?? docker.dockerHubUsername.map { "\(ImageReference.dockerHub)/\($0.value)" }
    guard let prefix, let destination = PushDestination("\(prefix)/\(image.name)") else {
      throw ProjectError.noPushDestination(image: image.name)
    }
    return [destination]
  }

  /// The references that a push writes: each destination with its own tag, else with each of the
  /// image's tags, else with the default one. Without repetition, in this order.
  package static func references(
    of image: ImageDefinition, to destinations: [PushDestination], defaultTag: String
  ) -> [ImageReference] {
    let bare = image.tags.compactMap { tag in
      if case .tag(let text) = tag { text } else { nil }
    }
    var seen: Set<ImageReference> = []
    return destinations.flatMap { destination in
      (destination.tag.map { [$0] } ?? (bare.isEmpty ? [defaultTag] : bare))
        .map { destination.reference(tag: $0) }
    }.filter { seen.insert($0).inserted }
  }
}

import OCI
import Storage

/// What an archive says, each part held against the bytes that came; nothing of it is in the store.
struct ArrivedCache {
  struct Name {
    let reference: ImageReference
    let role: CacheArchive.Role
    let manifest: Descriptor
    let platform: Platform

    /// Names of images come last: people see them.
    var order: (Int, String) { (role == .resolution ? 0 : 1, reference.description) }
  }

  struct Layer: Hashable {
    let diffID: Digest
    let descriptor: Descriptor
  }

  private(set) var names: [Name] = []
  private(set) var layers: Set<Layer> = []
  private(set) var steps: [CacheArchive.Step] = []
  /// Their manifests.
  private(set) var images: Set<Digest> = []
  private(set) var sources: [CacheArchive.Source] = []
  /// Everything that is named, and so is kept.
  private(set) var contents: Set<Digest> = []
  private let blobs: ArrivedBlobs

  /// - Throws: ``CarryError`` for anything that is not as `CacheExporter` leaves it.
  init(_ blobs: ArrivedBlobs) throws {
    self.blobs = blobs
    var cache: ImageManifest?
    for (digest, descriptors) in try Self.listed(in: blobs) {
      let manifest = try blobs.decode(ImageManifest.self, descriptors[0])
      switch manifest.artifactType {
      case nil:
        let platform = try add(manifest, digest)
        for descriptor in descriptors { try addName(descriptor, platform) }
      case CacheArchive.artifactType where cache == nil: cache = manifest
      default: throw CarryError.notACache(reason: "it lists more than images and one cache")
      }
    }
    guard let cache else {
      throw CarryError.notACache(reason: "it has no records of steps")
    }
    try add(cache)
  }

  /// The descriptors of each manifest: as many as it has names.
  private static func listed(in blobs: ArrivedBlobs) throws -> [Digest: [Descriptor]] {
    guard let layout = blobs.layout, let index = blobs.index else {
      throw CarryError.notACache(reason: "'oci-layout' or 'index.json' is not in it")
    }
    let version = try ArrivedBlobs.decode(
      CacheArchive.Layout.self, from: layout, named: CacheArchive.layoutName
    ).imageLayoutVersion
    guard version == "1.0.0" else {
      throw CarryError.notACache(reason: "its layout has version '\(version)'")
    }
    let manifests = try ArrivedBlobs.decode(
      ImageIndex.self, from: index, named: CacheArchive.indexName
    ).manifests
    guard manifests.count <= CacheArchive.nameLimit else {
      throw CarryError.notACache(reason: "it lists more than \(CacheArchive.nameLimit) images")
    }
    for manifest in manifests {
      try blobs.check(manifest)
      guard manifest.mediaType.isManifest else {
        throw CarryError.notACache(reason: "it lists something of type '\(manifest.mediaType)'")
      }
    }
    return Dictionary(grouping: manifests, by: \.digest)
  }

  /// - Returns: The image's platform.
  private mutating func add(_ manifest: ImageManifest, _ digest: Digest) throws -> Platform {
    let config = try blobs.decode(ImageConfig.self, manifest.config)
    guard config.rootFS.diffIDs.count == manifest.layers.count else {
      throw CarryError.notACache(
        reason: "the configuration of \(digest) does not fit its manifest")
    }
    images.insert(digest)
    contents.formUnion([digest, manifest.config.digest])
    for (diffID, layer) in zip(config.rootFS.diffIDs, manifest.layers) { try add(diffID, layer) }
    return config.platform
  }

  private mutating func addName(_ descriptor: Descriptor, _ platform: Platform) throws {
    guard let text = descriptor.annotations?[CacheArchive.nameAnnotation] else { return }
    let role = descriptor.annotations?[CacheArchive.roleAnnotation] ?? ""
    guard let reference = ImageReference(text), reference.description == text,
      let role = CacheArchive.Role(rawValue: role)
    else { throw CarryError.notACache(reason: "'\(text.prefix(80))' is no name of an image") }
    let plain = Descriptor(
      mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size)
    names.append(
      Name(
        reference: reference, role: role, manifest: plain,
        platform: descriptor.platform ?? platform))
  }

  private mutating func add(_ diffID: Digest, _ descriptor: Descriptor) throws {
    try blobs.check(descriptor)
    contents.insert(descriptor.digest)
    let plain = Descriptor(
      mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size)
    layers.insert(Layer(diffID: diffID, descriptor: plain))
  }

  private mutating func add(_ cache: ImageManifest) throws {
    var fetched: [Digest: Int64] = [:]
    for part in cache.layers {
      if part.mediaType == CacheArchive.sourcesType {
        sources += try blobs.decode(
          CacheArchive.Sources.self, part, limit: CacheArchive.documentLimit
        ).sources
      } else if part.mediaType == CacheArchive.sourceType {
        try blobs.check(part)
        contents.insert(part.digest)
        fetched[part.digest] = part.size
      } else if part.mediaType == CacheArchive.stepsType {
        steps += try blobs.decode(
          CacheArchive.Steps.self, part, limit: CacheArchive.documentLimit
        ).steps
      } else if let text = part.annotations?[CacheArchive.diffIDAnnotation],
        let diffID = Digest(text)
      {
        try add(diffID, part)
      } else {
        throw CarryError.notACache(reason: "it has a part of type '\(part.mediaType)'")
      }
    }
    for source in sources { try Self.check(source, fetched) }
    let known = Set(layers.map(\.diffID))
    for step in steps {
      if let missing = step.diffIDs.first(where: { !known.contains($0) }) {
        throw CarryError.missingContent(missing)
      }
    }
  }

  private static func check(_ source: CacheArchive.Source, _ fetched: [Digest: Int64]) throws {
    guard source.isRight else {
      throw CarryError.notACache(reason: "'\(source.name.prefix(80))' is no source of an ADD")
    }
    guard let content = source.content else { return }
    guard let size = fetched[content] else { throw CarryError.missingContent(content) }
    guard size == source.size else {
      throw CarryError.wrongSize(content, expected: source.size, actual: size)
    }
  }
}

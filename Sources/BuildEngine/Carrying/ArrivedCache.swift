import OCI
import Storage

/// What an archive says, each part held against the bytes that came; nothing of it is in the store.
struct ArrivedCache {
  struct Name {
    let reference: ImageReference
    let role: CacheArchive.Role
    let manifest: Descriptor
    let platform: Platform
  }

  struct Layer: Hashable {
    let diffID: Digest
    let descriptor: Descriptor
  }

  private(set) var names: [Name] = []
  /// In an order that is the same each time.
  private(set) var layers: [Layer] = []
  private(set) var steps: [CacheArchive.Step] = []
  /// Everything that is named, and so is kept.
  private(set) var contents: Set<Digest> = []
  private let blobs: ArrivedBlobs

  /// - Throws: ``CarryError`` for anything that is not as `CacheExporter` leaves it.
  init(_ blobs: ArrivedBlobs) throws {
    self.blobs = blobs
    guard let bytes = blobs.index else {
      throw CarryError.notACache(reason: "there is no 'index.json' in it")
    }
    let index = try ArrivedBlobs.decode(
      ImageIndex.self, from: bytes, named: CacheArchive.indexName)
    var caches: [ImageManifest] = []
    for descriptor in index.manifests {
      guard descriptor.mediaType.isManifest else {
        throw CarryError.notACache(reason: "it lists something of type '\(descriptor.mediaType)'")
      }
      let manifest = try blobs.decode(ImageManifest.self, descriptor)
      if manifest.artifactType == nil {
        try add(manifest, descriptor)
      } else if manifest.artifactType == CacheArchive.artifactType {
        caches.append(manifest)
      } else {
        throw CarryError.notACache(reason: "it lists something that is no image and no cache")
      }
    }
    guard caches.count == 1 else {
      throw CarryError.notACache(
        reason: caches.isEmpty
          ? "it has images, and no records of steps" : "it has the records of several caches")
    }
    for cache in caches { try add(cache) }
  }

  private mutating func add(_ manifest: ImageManifest, _ descriptor: Descriptor) throws {
    let config = try blobs.decode(ImageConfig.self, manifest.config)
    guard config.rootFS.diffIDs.count == manifest.layers.count else {
      throw CarryError.notACache(
        reason: "the configuration of \(descriptor.digest) does not fit its manifest")
    }
    contents.formUnion([descriptor.digest, manifest.config.digest])
    for (diffID, layer) in zip(config.rootFS.diffIDs, manifest.layers) { try add(diffID, layer) }
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
        platform: descriptor.platform ?? config.platform))
  }

  private mutating func add(_ diffID: Digest, _ descriptor: Descriptor) throws {
    try blobs.check(descriptor)
    contents.insert(descriptor.digest)
    let plain = Descriptor(
      mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size)
    let layer = Layer(diffID: diffID, descriptor: plain)
    if !layers.contains(layer) { layers.append(layer) }
  }

  private mutating func add(_ cache: ImageManifest) throws {
    for part in cache.layers {
      if part.mediaType == CacheArchive.stepsType {
        steps += try blobs.decode(CacheArchive.Steps.self, part).steps
      } else if let text = part.annotations?[CacheArchive.diffIDAnnotation],
        let diffID = Digest(text)
      {
        try add(diffID, part)
      } else {
        throw CarryError.notACache(reason: "it has a part of type '\(part.mediaType)'")
      }
    }
    let known = Set(layers.map(\.diffID))
    for step in steps {
      if let missing = step.diffIDs.first(where: { !known.contains($0) }) {
        throw CarryError.missingContent(missing)
      }
    }
  }
}

import FileSystem
import OCI
import Storage

/// Everything that goes into an archive, found before its first byte is written.
struct CacheSelection {
  /// What `index.json` lists, in order.
  private(set) var manifests: [Descriptor] = []
  /// Small documents that are in no store, by digest.
  private(set) var made: [Digest: [UInt8]] = [:]
  /// Manifests and configurations in the store, with their sizes.
  private(set) var documents: [Digest: Int64] = [:]
  private(set) var layers: [Digest: Int64] = [:]
  let sources: CarriedSources
  private(set) var steps: [CacheArchive.Step] = []
  private var diffIDs: Set<Digest> = []
  private let store: Store

  init(_ images: [CarriedImage], of store: Store) throws {
    self.store = store
    sources = try CarriedSources(images, of: store)
    var listed: [Descriptor] = []
    for image in images {
      let manifest = try addImage(image.manifest, named: image.name)
      listed += try names(of: manifest)
      for base in image.bases { listed += try addBase(base.name, base.manifest) }
    }
    manifests = Self.inOrder(listed)
    let loose = try addSteps(of: images)
    try addCacheManifest(loose)
  }

  /// Each once.
  private static func inOrder(_ listed: [Descriptor]) -> [Descriptor] {
    var seen: Set<Descriptor> = []
    let key = { (descriptor: Descriptor) -> [String] in
      let annotations = descriptor.annotations ?? [:]
      return [
        annotations[CacheArchive.roleAnnotation] ?? "",
        annotations[CacheArchive.nameAnnotation] ?? "", descriptor.digest.hex,
        descriptor.platform?.description ?? "",
      ]
    }
    return listed.filter { seen.insert($0).inserted }
      .sorted { key($0).lexicographicallyPrecedes(key($1)) }
  }

  // MARK: Images

  /// - Returns: The manifest's descriptor, without a name.
  private mutating func addImage(_ digest: Digest, named name: String) throws -> Descriptor {
    let size = try size(of: digest, for: name)
    let bytes = try store.blobs.read(digest)
    let manifest = try CanonicalJSON.decode(ImageManifest.self, from: bytes)
    documents[digest] = size
    documents[manifest.config.digest] = try self.size(of: manifest.config.digest, for: name)
    let config = try CanonicalJSON.decode(
      ImageConfig.self, from: store.blobs.read(manifest.config.digest))
    diffIDs.formUnion(config.rootFS.diffIDs)
    for layer in manifest.layers {
      layers[layer.digest] = try self.size(of: layer.digest, for: name)
    }
    return Descriptor(
      mediaType: manifest.mediaType ?? .imageManifest, digest: digest, size: size,
      platform: config.platform)
  }

  private func size(of digest: Digest, for name: String) throws -> Int64 {
    guard let size = try store.blobs.size(of: digest) else {
      throw CarryError.incompleteImage(name: name, missing: digest)
    }
    return size
  }

  /// An image of the project with each name that it has; one without a name is there, too.
  private func names(of manifest: Descriptor) throws -> [Descriptor] {
    let names = try store.images.all().filter { $0.manifest.digest == manifest.digest }
    if names.isEmpty {
      var unnamed = manifest
      unnamed.annotations = [CacheArchive.roleAnnotation: CacheArchive.Role.image.rawValue]
      return [unnamed]
    }
    return names.map { Self.named(manifest, $0.name, .image) }
  }

  private static func named(
    _ manifest: Descriptor, _ name: ImageReference, _ role: CacheArchive.Role
  ) -> Descriptor {
    var named = manifest
    named.annotations = [
      CacheArchive.roleAnnotation: role.rawValue,
      CacheArchive.nameAnnotation: name.description,
      CacheArchive.dockerNameAnnotation: name.description,
    ]
    return named
  }

  /// The names by which the store knows what a Dockerfile has in FROM.
  private mutating func addBase(_ name: String, _ manifest: Digest) throws -> [Descriptor] {
    let images = try store.images.all().filter {
      $0.name.familiar == name && $0.manifest.digest == manifest
    }
    let resolutions = try store.images.resolutions().filter {
      $0.reference.familiar == name && $0.manifest.digest == manifest
    }
    if images.isEmpty, resolutions.isEmpty {
      // A pin was fetched by its digest, and the name was never asked for here.
      guard let reference = ImageReference(name), try store.blobs.size(of: manifest) != nil else {
        return []
      }
      return [Self.named(try addImage(manifest, named: name), reference, .resolution)]
    }
    let base = try addImage(manifest, named: name)
    return images.map { Self.named(base, $0.name, .image) }
      + resolutions.map { resolution in
        var named = Self.named(base, resolution.reference, .resolution)
        named.platform = resolution.platform
        return named
      }
  }

  // MARK: Steps

  /// - Returns: Layers that no image has.
  private mutating func addSteps(of images: [CarriedImage]) throws -> [StoredLayer] {
    let keys = Set(images.flatMap(\.steps).compactMap { $0.key.flatMap { Digest(hex: $0) } })
    var loose: [StoredLayer] = []
    for key in keys.sorted() {
      // A base has its manifest for a key, and no record.
      guard let record = try store.steps.record(for: key) else { continue }
      steps.append(CacheArchive.Step(key, record))
      for diffID in record.diffIDs where diffIDs.insert(diffID).inserted {
        guard let layer = try store.layers.layer(diffID) else {
          throw CarryError.incompleteImage(name: record.instruction, missing: diffID)
        }
        loose.append(layer)
      }
    }
    return loose.sorted { $0.descriptor.digest < $1.descriptor.digest }
  }

  private mutating func addCacheManifest(_ loose: [StoredLayer]) throws {
    let records = try CanonicalJSON.encode(CacheArchive.Steps(steps: steps))
    var parts = [add(records, CacheArchive.stepsType)]
    for layer in loose {
      var descriptor = layer.descriptor
      descriptor.annotations = [CacheArchive.diffIDAnnotation: layer.diffID.description]
      layers[descriptor.digest] = descriptor.size
      parts.append(descriptor)
    }
    parts += try addSources()
    var manifest = ImageManifest(
      config: add(CacheArchive.emptyDocument, .empty), layers: parts)
    manifest.artifactType = CacheArchive.artifactType
    var descriptor = add(try CanonicalJSON.encode(manifest), .imageManifest)
    descriptor.artifactType = CacheArchive.artifactType
    manifests.append(descriptor)
  }

  private mutating func addSources() throws -> [Descriptor] {
    if sources.contents.isEmpty { return [] }
    let list = try CanonicalJSON.encode(CacheArchive.Sources(sources: sources.sources))
    return [add(list, CacheArchive.sourcesType)]
      + sources.contents.sorted { $0.key < $1.key }.map {
        Descriptor(mediaType: CacheArchive.sourceType, digest: $0.key, size: $0.value)
      }
  }

  private mutating func add(_ bytes: [UInt8], _ type: MediaType) -> Descriptor {
    let descriptor = CacheArchive.descriptor(of: bytes, type)
    made[descriptor.digest] = bytes
    return descriptor
  }
}

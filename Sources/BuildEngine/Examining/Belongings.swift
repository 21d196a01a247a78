import OCI
import Storage

/// What each content of a store is there for. Reads no blob that is damaged, and removes none.
struct Belongings: Sendable {
  private(set) var imagesOfBlob: [Digest: [String]] = [:]
  private(set) var imagesOfLayer: [Digest: [String]] = [:]
  private(set) var stepsOfLayer: [Digest: [String]] = [:]
  private var diffIDsOfBlob: [Digest: [Digest]] = [:]
  private(set) var rolesOfBlob: [Digest: String] = [:]
  /// The diff IDs of each image of which the configuration is there, bottom first.
  let stacks: [[Digest]]

  init(of store: Store, blobs: [Digest]) throws {
    for layer in try store.layers.all() {
      diffIDsOfBlob[layer.descriptor.digest, default: []].append(layer.diffID)
      rolesOfBlob[layer.descriptor.digest] = "layer"
    }
    for step in try store.steps.all() {
      for diffID in step.diffIDs { stepsOfLayer[diffID, default: []].append(step.instruction) }
    }
    let documents = blobs.compactMap { Self.document($0, in: store) }
    stacks = documents.compactMap { document in
      guard
        let config = try? CanonicalJSON.decode(ImageConfig.self, from: document),
        !config.rootFS.diffIDs.isEmpty
      else { return nil }
      return config.rootFS.diffIDs
    }
    for image in try store.images.all() {
      add(image.manifest.digest, named: image.name.familiar, in: store)
    }
    for resolution in try store.images.resolutions() {
      add(resolution.manifest.digest, named: resolution.reference.familiar, in: store)
    }
  }

  /// The bytes of what may be JSON. Layers are known by their first byte.
  private static func document(_ digest: Digest, in store: Store) -> [UInt8]? {
    guard store.blobs.firstByte(of: digest) == UInt8(ascii: "{") else { return nil }
    return store.blobs.peek(digest)
  }

  private mutating func add(_ manifest: Digest, named name: String, in store: Store) {
    note(manifest, name, role: "manifest")
    guard let bytes = store.blobs.peek(manifest),
      let parsed = try? CanonicalJSON.decode(ImageManifest.self, from: bytes)
    else { return }
    note(parsed.config.digest, name, role: "configuration")
    for layer in parsed.layers { note(layer.digest, name, role: "layer") }
    guard let config = store.blobs.peek(parsed.config.digest),
      let diffIDs = try? CanonicalJSON.decode(ImageConfig.self, from: config).rootFS.diffIDs
    else { return }
    for diffID in diffIDs where imagesOfLayer[diffID]?.last != name {
      imagesOfLayer[diffID, default: []].append(name)
    }
  }

  private mutating func note(_ blob: Digest, _ name: String, role: String) {
    rolesOfBlob[blob] = role
    if imagesOfBlob[blob]?.last != name { imagesOfBlob[blob, default: []].append(name) }
  }

  func steps(of blob: Digest) -> [String] {
    diffIDsOfBlob[blob, default: []].flatMap { stepsOfLayer[$0, default: []] }
  }
}

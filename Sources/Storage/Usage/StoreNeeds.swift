import FileSystem
import OCI

/// Who needs something of the store.
package enum StoreUser: Sendable, Hashable {
  /// The newest build of an image of a project.
  case build(BuildOwner)
  /// An image that has a name here and that no newest build has made.
  case image(String)
  /// Whatever a project will run next.
  case caches(project: String)
}

/// What images and builds consist of.
struct StoreNeeds {
  private let records: StoreRecords
  private let blobs: BlobDirectory
  private let snapshots: [Digest: [Digest]]
  private var ofManifests: [Digest: Set<StoredItem.Name>] = [:]
  /// Manifests and configurations.
  private(set) var documents: Set<Digest> = []
  /// Those that are there and cannot be read, or are damaged: nobody knows what they need.
  private(set) var unreadable: Set<Digest> = []

  init(_ records: StoreRecords, blobs: BlobDirectory) {
    self.records = records
    self.blobs = blobs
    snapshots = Dictionary(grouping: records.snapshots.keys) { records.snapshots[$0] ?? $0 }
  }

  mutating func parts(ofImage manifest: Digest) -> Set<StoredItem.Name> {
    if let known = ofManifests[manifest] { return known }
    var parts: Set<StoredItem.Name> = [.blob(manifest)]
    documents.insert(manifest)
    if let parsed = document(ImageManifest.self, manifest) {
      documents.insert(parsed.config.digest)
      parts.formUnion(([parsed.config] + parsed.layers).map { .blob($0.digest) })
      let config = document(ImageConfig.self, parsed.config.digest)
      for diffID in config?.rootFS.diffIDs ?? [] { parts.formUnion(unpacked(diffID)) }
    }
    ofManifests[manifest] = parts
    return parts
  }

  private mutating func document<Document: Decodable>(
    _ type: Document.Type, _ digest: Digest
  ) -> Document? {
    if let bytes = blobs.peek(digest) { return try? CanonicalJSON.decode(type, from: bytes) }
    if FileTree.exists(blobs.path(of: digest)) { unreadable.insert(digest) }
    return nil
  }

  /// Also what stages made whose files were only copied from, and what ADDs fetched.
  mutating func parts(of build: BuildRecord) -> Set<StoredItem.Name> {
    var parts = parts(ofImage: build.manifest)
    for key in build.steps {
      if let step = records.steps[key] {
        parts.formUnion(self.parts(of: step))
      } else if records.downloads[key] != nil {
        // Looks like a manifest if whoever serves it wants it to.
        parts.insert(.blob(key))
      } else if FileTree.exists(blobs.path(of: key)) {
        parts.formUnion(self.parts(ofImage: key))
      }
    }
    return parts
  }

  func parts(of step: StepEntry) -> Set<StoredItem.Name> {
    if step.diffIDs.isEmpty { return [.step(step.key)] }
    var parts: Set<StoredItem.Name> = []
    for diffID in step.diffIDs {
      if let layer = records.layers[diffID] { parts.insert(.blob(layer.descriptor.digest)) }
      parts.formUnion(unpacked(diffID))
    }
    return parts
  }

  private func unpacked(_ diffID: Digest) -> [StoredItem.Name] {
    (snapshots[diffID] ?? []).map { .snapshot($0) }
  }
}

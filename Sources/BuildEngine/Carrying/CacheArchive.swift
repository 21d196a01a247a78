import Diagnostics
import OCI
import Storage

/// The form in which a cache travels: a tar archive of an OCI image layout.
///
/// Images and their bases are what they are in any layout. One more manifest, no image's, has the
/// records of steps, and the layers that no image has. There are no unpacked layers, no paths, no
/// names of people or machines, and no times: equal caches give equal bytes.
///
/// Source: OCI image-spec v1.1, `image-layout.md`; `manifest.md`, "Guidelines for Artifact Usage".
enum CacheArchive {
  static let artifactType = "application/vnd.runctl.cache.v1+json"
  static let stepsType = MediaType(rawValue: "application/vnd.runctl.cache.steps.v1+json")

  /// Of a layer in the manifest of the cache: the digest of its tar stream.
  static let diffIDAnnotation = "dev.runctl.diff-id"
  /// Of an image in the index: ``Role``.
  static let roleAnnotation = "dev.runctl.role"
  static let nameAnnotation = "org.opencontainers.image.ref.name"
  /// What `docker load` takes for the name.
  static let dockerNameAnnotation = "io.containerd.image.name"

  static let layoutName = "oci-layout"
  static let indexName = "index.json"
  static let blobFolder = "blobs/sha256"
  static let layout = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)
  static let emptyDocument = Array("{}".utf8)

  /// Of the index and the records of steps, in bytes.
  static let documentLimit: Int64 = 64 << 20
  /// Of a manifest or configuration, in bytes; registries take no more (distribution-spec v1.1).
  static let manifestLimit: Int64 = 4 << 20
  /// How many names there may be.
  static let nameLimit = 10_000

  /// Source: `image-layout.md`, "oci-layout file".
  struct Layout: Codable {
    let imageLayoutVersion: String
  }

  /// What a name in the archive means.
  enum Role: String {
    /// A name that a person gave.
    case image
    /// What a name in a registry meant when it was last asked for.
    case resolution
  }

  /// The records of steps, in order of their keys.
  struct Steps: Codable {
    var steps: [Step]
  }

  struct Step: Codable {
    let key: Digest
    let instruction: String
    let diffIDs: [Digest]
    /// What went into the key, part by part.
    let inputs: [[String]]
    let milliseconds: Int64

    init(_ key: Digest, _ record: StepRecord) {
      self.key = key
      instruction = SecretAddress.masked(record.instruction)
      diffIDs = record.diffIDs
      // An older runctl listed addresses with their passwords.
      inputs = ((try? CanonicalJSON.decode([[String]].self, from: record.inputs)) ?? [])
        .map { $0.map(SecretAddress.masked) }
      milliseconds = Int64(record.duration / .milliseconds(1))
    }

    func record() throws -> StepRecord {
      StepRecord(
        instruction: instruction, diffIDs: diffIDs, inputs: try CanonicalJSON.encode(inputs),
        duration: .milliseconds(max(0, milliseconds)))
    }
  }

  static func descriptor(of bytes: [UInt8], _ type: MediaType) -> Descriptor {
    Descriptor(mediaType: type, digest: SHA256.digest(of: bytes), size: Int64(bytes.count))
  }
}

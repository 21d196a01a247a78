package import OCI

/// Something in the store that takes room, and can be taken away by itself.
package struct StoredItem: Sendable, Equatable {
  package enum Name: Sendable, Hashable {
    case blob(Digest)
    case snapshot(Digest)
    /// The number is that of the instance.
    case cacheMount(Digest, number: Int)
    /// The result of a step that changed nothing.
    case step(Digest)
    /// A path below the store's folder.
    case file(String)
  }

  package enum Kind: String, Sendable, CaseIterable {
    case layer
    /// A layer that came from a registry, or was imported.
    case baseLayer = "base-layer"
    /// A manifest or a configuration.
    case document
    /// What an ADD fetched: a file, or the files of a commit.
    case download
    /// A layer, unpacked.
    case snapshot
    case cacheMount = "cache-mount"
    case step
    /// What can be made again at once, or serves nobody.
    case leftover
  }

  /// Who would miss it, from nobody to somebody who cannot have it again by building.
  package enum Standing: Int, Sendable, Comparable {
    /// Neither an image with a name nor the newest build of any image needs it.
    case superseded
    /// The newest build of an image needs it, or commands keep it between builds.
    case current
    /// An image that has a name here consists of it.
    case named

    package static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }
  }

  package let name: Name
  package let kind: Kind
  /// On the disk.
  package let bytes: Int64
  /// Seconds since 1970-01-01T00:00:00Z.
  package let lastUsed: Int64
  /// How long it takes to have it again; see ``RebuildEstimate``.
  package let rebuild: Duration
  package let standing: Standing
  /// Whether a running command relies on it.
  package let isInUse: Bool
  /// For a snapshot: the blob of the layer that it unpacks. Without that it is of no use.
  package let blob: Digest?
  /// What it is to people: an instruction, the id of a cache.
  package let title: String

  package init(
    _ name: Name, _ kind: Kind, bytes: Int64, lastUsed: Int64, rebuild: Duration,
    standing: Standing, isInUse: Bool = false, blob: Digest? = nil, title: String = ""
  ) {
    (self.name, self.kind, self.bytes, self.lastUsed) = (name, kind, bytes, lastUsed)
    (self.rebuild, self.standing, self.isInUse) = (rebuild, standing, isInUse)
    (self.blob, self.title) = (blob, title)
  }
}

extension StoredItem.Name: Comparable {
  package static func < (a: Self, b: Self) -> Bool { a.description < b.description }
}

extension StoredItem.Name: CustomStringConvertible {
  /// As scripts are told it: the path below the store's folder, without what follows from the kind.
  package var description: String {
    switch self {
    case .blob(let digest): "blobs/sha256/\(digest.hex)"
    case .snapshot(let digest): "snapshots/\(digest.hex)"
    case .cacheMount(let key, let number): "cache-mounts/\(key.hex)/\(number)"
    case .step(let key): "steps/\(key.hex)"
    case .file(let path): path
    }
  }
}

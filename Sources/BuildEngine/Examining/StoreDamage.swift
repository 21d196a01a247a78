package import LayerArchive

/// Something in the store that is not what it should be.
package struct StoreDamage: Sendable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case blob
    case layer
    case index
    case snapshot
    case members
    case step
    case image
    case resolution
  }

  package let kind: Kind
  /// The digest of content, the key of a step, or the name of an image.
  package let name: String
  package let problem: String
  /// Of a snapshot: what differs in it.
  package var differences: [SnapshotDifference] = []
  /// Names of images that it is a part of.
  package var images: [String] = []
  /// Instructions of the steps that made it, or that it stands for.
  package var steps: [String] = []
  /// Whether the store no longer has it.
  package var isDropped = false
}

/// What came of reading a whole store.
package struct ExaminationReport: Sendable {
  package let damages: [StoreDamage]
  package let blobs: Int
  package let layers: Int
  package let snapshots: Int
  /// Unpacked layers of which nobody knows what they should hold; nothing uses them as they are.
  package let unknownSnapshots: Int
  /// How many bytes were read, those of compressed layers twice.
  package let bytesRead: Int64
}

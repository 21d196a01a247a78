package import OCI
package import Storage

/// An image layer by layer: what each has in it, and which instruction made it. Knows nothing of
/// who asks.
package struct ImageContents: Sendable {
  package struct Layer: Sendable {
    package let descriptor: Descriptor
    package let diffID: Digest
    package let index: LayerIndex
    /// Of the instruction in the image's history; nil where the history does not fit the layers.
    package let row: Int?
  }

  package let manifest: Digest
  package let config: ImageConfig
  /// The bottom layer first.
  package let layers: [Layer]

  package init(
    manifest: Digest, config: ImageConfig, layers: [(descriptor: Descriptor, index: LayerIndex)]
  ) {
    self.manifest = manifest
    self.config = config
    let rows = Self.rows(of: config, layers: layers.count)
    self.layers = zip(config.rootFS.diffIDs, layers).enumerated().map { number, layer in
      Layer(
        descriptor: layer.1.descriptor, diffID: layer.0, index: layer.1.index,
        row: rows?[number])
    }
  }

  /// - Throws: ``StorageError/missingBlob(_:)`` when the store lacks a part of the image.
  package init(_ manifest: Digest, in store: Store) throws {
    let image = try StoredImage(manifest, in: store)
    self.init(
      manifest: manifest, config: image.config, layers: Array(zip(image.layers, image.indexes)))
  }

  /// The rows of the history that made a layer; nil when they are not as many as the layers.
  private static func rows(of config: ImageConfig, layers: Int) -> [Int]? {
    let history = config.history ?? []
    let rows = history.indices.filter { history[$0].emptyLayer != true }
    return rows.count == layers ? rows : nil
  }

  /// The instruction that made a layer, as the image's history has it.
  /// - Parameter layer: From 0, the bottom one.
  package func instruction(of layer: Int) -> String? {
    layers[layer].row.flatMap { config.history?[$0].createdBy }
  }

  /// Of the compressed layers, in bytes.
  package var compressedSize: Int64 { layers.reduce(0) { $0 + $1.descriptor.size } }
}

extension ImageContents.Layer {
  /// Of the files in it, in bytes; several names of one file count once.
  package var size: Int64 {
    index.entries.reduce(0) { $0 + ($1.kind == .file ? $1.size : 0) }
  }

  /// Everything in it but directories and whiteouts.
  package var files: Int {
    index.entries.count { $0.kind != .directory && $0.kind != .whiteout }
  }
}

import BuildEngine
import OCI

/// What made an image, instruction by instruction.
struct ImageHistory: Encodable {
  struct Row: Encodable {
    /// As the image's configuration has it.
    let instruction: String
    let created: String?
    let comment: String?
    /// nil for an instruction that made no layer.
    let layer: Layer?
  }

  struct Layer: Encodable {
    /// From 1, the bottom one.
    let number: Int
    let digest: String
    let diffID: String
    /// Of the compressed layer, in bytes.
    let size: Int64
    /// Of the files in it, in bytes.
    let unpacked: Int64
    let files: Int
  }

  let image: String
  let digest: String
  let platform: String
  /// In the order of the Dockerfile.
  let rows: [Row]

  init(_ subject: ImageSubject) {
    let contents = subject.contents
    image = subject.name
    digest = contents.manifest.description
    platform = contents.config.platform.description
    let layers = contents.layers.enumerated().map { Layer($1, number: $0 + 1) }
    var layerOfRow: [Int: Layer] = [:]
    for (layer, entry) in zip(contents.layers, layers) {
      if let row = layer.row { layerOfRow[row] = entry }
    }
    let history = (contents.config.history ?? []).enumerated().map { number, entry in
      Row(
        instruction: InstructionText.shown(entry.createdBy ?? ""), created: entry.created,
        comment: entry.comment,
        layer: layerOfRow[number])
    }
    let isComplete = layerOfRow.count == layers.count
    rows = history + (isComplete ? [] : layers.map(Row.init(unexplained:)))
  }

  func print(to terminal: Terminal) {
    var table = Table("LAYER", "SIZE", "UNPACKED", "FILES", "INSTRUCTION")
    for row in rows {
      let instruction = ExplanationView.line(row.instruction)
      guard let layer = row.layer else {
        table.add("-", "", "", "", instruction)
        continue
      }
      table.add(
        "\(layer.number)", Quantity.bytes(layer.size), Quantity.bytes(layer.unpacked),
        "\(layer.files)", instruction)
    }
    table.print(to: terminal)
  }
}

extension ImageHistory.Layer {
  fileprivate init(_ layer: ImageContents.Layer, number: Int) {
    self.init(
      number: number, digest: layer.descriptor.digest.description,
      diffID: layer.diffID.description, size: layer.descriptor.size, unpacked: layer.size,
      files: layer.files)
  }
}

extension ImageHistory.Row {
  fileprivate init(unexplained layer: ImageHistory.Layer) {
    self.init(
      instruction: "(the history does not say)", created: nil, comment: nil, layer: layer)
  }
}

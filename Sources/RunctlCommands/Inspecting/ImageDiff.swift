import BuildEngine
import OCI

/// How one image differs from another.
struct ImageDiff: Encodable {
  struct Image: Encodable {
    let image: String
    let digest: String
    /// Of the files in all layers.
    let bytes: Int64
  }

  struct Field: Encodable {
    let field: String
    let before: String?
    let after: String?
  }

  struct Layer: Encodable {
    /// From 1, in its own image.
    let number: Int
    let diffID: String
    let bytes: Int64
    let instruction: String?
  }

  struct Layers: Encodable {
    /// How many at the bottom are the same.
    let shared: Int
    let removed: [Layer]
    let added: [Layer]
  }

  struct File: Encodable {
    let path: String
    /// `added`, `removed`, or what is not the same.
    let differences: [Value]
    /// nil where there is none.
    let sizeBefore: Int64?
    let sizeAfter: Int64?

    struct Value: Encodable {
      let what: String
      let before: String?
      let after: String?
    }
  }

  let before: Image
  let after: Image
  let areEqual: Bool
  let config: [Field]
  let layers: Layers
  /// Those that changed most bytes first.
  let files: [File]

  init(_ before: ImageSubject, _ after: ImageSubject) {
    self.before = Image(before)
    self.after = Image(after)
    let (old, new) = (before.contents, after.contents)
    config = ConfigDifference.between(old.config, new.config, shown: InstructionText.shown).map {
      Field(field: $0.field, before: $0.before, after: $0.after)
    }
    let shared = zip(old.layers, new.layers).prefix { $0.diffID == $1.diffID }.count
    layers = Layers(
      shared: shared, removed: Layer.list(old, from: shared), added: Layer.list(new, from: shared))
    files = LayerIndex.differences(Self.root(of: old), Self.root(of: new))
      .compactMap { EntryDifference($0.old, $0.new) }.map(File.init)
      .sorted { ($1.largest, $0.path) < ($0.largest, $1.path) }
    areEqual = config.isEmpty && layers.removed.isEmpty && layers.added.isEmpty && files.isEmpty
  }

  private static func root(of image: ImageContents) -> LayerIndex {
    LayerIndex(
      LayeredTree(image.layers.map(\.index)).kept.map { item in
        var entry = item.entry
        // That it hid what is below is a matter of layers.
        entry.isOpaque = false
        return entry
      })
  }
}

extension ImageDiff.Image {
  fileprivate init(_ subject: ImageSubject) {
    self.init(
      image: subject.name, digest: subject.contents.manifest.description,
      bytes: subject.contents.layers.reduce(0) { $0 + $1.size })
  }
}

extension ImageDiff.Layer {
  fileprivate static func list(_ image: ImageContents, from first: Int) -> [Self] {
    image.layers.indices.dropFirst(first).map { number in
      Self(
        number: number + 1, diffID: image.layers[number].diffID.description,
        bytes: image.layers[number].size,
        instruction: image.instruction(of: number).map(InstructionText.shown))
    }
  }
}

extension ImageDiff.File {
  fileprivate init(_ difference: EntryDifference) {
    self.init(
      path: difference.path.description,
      differences: difference.aspects.map { aspect in
        let (old, new) = difference.values(of: aspect)
        return Value(what: aspect.description, before: old, after: new)
      }, sizeBefore: difference.before?.size, sizeAfter: difference.after?.size)
  }

  fileprivate var largest: Int64 { max(sizeBefore ?? 0, sizeAfter ?? 0) }
}

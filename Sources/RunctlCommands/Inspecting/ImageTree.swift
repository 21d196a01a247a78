import BuildEngine
import OCI

/// Where the bytes of an image are, and which of them are wasted.
struct ImageTree: Encodable {
  struct Layer: Encodable {
    /// From 1, the bottom one.
    let number: Int
    let instruction: String?
    let bytes: Int64
    let files: Int
    /// Of files of lower layers that it replaces or removes.
    let hiddenBytes: Int64
    let hiddenFiles: Int
  }

  struct Usage: Encodable {
    let path: String
    let isDirectory: Bool
    let bytes: Int64
    let files: Int
    let parts: [Usage]
  }

  struct Hidden: Encodable {
    let path: String
    let bytes: Int64
    /// The one that has it, and the one that hides it.
    let layer: Int
    let hiddenBy: Int
    let isReplaced: Bool
  }

  struct Duplicate: Encodable {
    let paths: [String]
    let size: Int64
    let wastedBytes: Int64
  }

  struct Cache: Encodable {
    let id: String
    let name: String
    /// In order.
    let directories: [String]
    let bytes: Int64
    let files: Int
    let layers: [Int]
  }

  let image: String
  let digest: String
  /// Of the compressed layers, in bytes.
  let size: Int64
  /// Of the files in all layers.
  let bytes: Int64
  let layers: [Layer]
  /// Which layer `tree` is of; nil is the image's root.
  let layer: Int?
  let tree: Usage
  let hidden: [Hidden]
  let duplicates: [Duplicate]
  let caches: [Cache]

  /// - Parameters:
  ///   - layer: From 1.
  ///   - minimum: In bytes; nil is a hundredth of the whole.
  init(_ subject: ImageSubject, layer: Int?, depth: Int, minimum: Int64?) throws {
    let contents = subject.contents
    if let layer, !(1...max(1, contents.layers.count)).contains(layer) {
      throw UsageError(
        "unknown-layer", "the image has no layer \(layer)",
        help: "its layers are 1 to \(contents.layers.count)")
    }
    let found = LayeredTree(contents.layers.map(\.index))
    image = subject.name
    digest = contents.manifest.description
    size = contents.compressedSize
    bytes = found.items.reduce(0) { $0 + $1.bytes }
    self.layer = layer
    let whole = found.usage(of: layer.map { $0 - 1 }, depth: 0, minimum: 0).bytes
    tree = Usage(
      found.usage(
        of: layer.map { $0 - 1 }, depth: depth, minimum: minimum ?? max(1, whole / 100)))
    let wasted = found.wasted
    hidden = wasted.map(Hidden.init)
    layers = contents.layers.indices.map { Layer($0, contents, found, wasted) }
    duplicates = found.duplicates.map(Duplicate.init)
    caches = Dictionary(grouping: found.packageCaches, by: \.cache).map { Cache($0, $1, found) }
      .sorted { ($1.bytes, $0.id) < ($0.bytes, $1.id) }
  }
}

extension ImageTree.Layer {
  fileprivate init(
    _ number: Int, _ contents: ImageContents, _ tree: LayeredTree, _ wasted: [WastedFile]
  ) {
    let own = tree.items.filter { $0.layer == number && $0.entry.kind != .directory }
    let hidden = wasted.filter { $0.end.layer == number }
    self.init(
      number: number + 1, instruction: contents.instruction(of: number).map(InstructionText.shown),
      bytes: own.reduce(0) { $0 + $1.bytes }, files: own.count,
      hiddenBytes: hidden.reduce(0) { $0 + $1.bytes }, hiddenFiles: hidden.count)
  }
}

extension ImageTree.Usage {
  fileprivate init(_ usage: TreeUsage) {
    self.init(
      path: usage.path.description, isDirectory: usage.isDirectory, bytes: usage.bytes,
      files: usage.files, parts: usage.parts.map(Self.init))
  }
}

extension ImageTree.Hidden {
  fileprivate init(_ file: WastedFile) {
    self.init(
      path: file.path.description, bytes: file.bytes, layer: file.layer + 1,
      hiddenBy: file.end.layer + 1, isReplaced: file.end.replacement != nil)
  }
}

extension ImageTree.Duplicate {
  fileprivate init(_ files: DuplicateFiles) {
    self.init(
      paths: files.paths.map(\.description), size: files.size, wastedBytes: files.wasted)
  }
}

extension ImageTree.Cache {
  fileprivate init(_ cache: PackageCache, _ uses: [CacheUse], _ tree: LayeredTree) {
    let items = uses.flatMap(\.items).map { tree.items[$0] }
    self.init(
      id: cache.id, name: cache.name, directories: uses.map(\.directory.description),
      bytes: items.reduce(0) { $0 + $1.bytes }, files: items.count,
      layers: Set(items.map { $0.layer + 1 }).sorted())
  }
}

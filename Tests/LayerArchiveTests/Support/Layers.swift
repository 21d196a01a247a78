import LayerArchive
import OCI

/// An entry, and its content when it is a file.
typealias Item = (entry: LayerEntry, content: [UInt8])

func file(
  _ path: String, _ text: String = "", permissions: UInt16 = 0o644, uid: UInt32 = 0,
  attributes: [(String, String)] = []
) -> Item {
  var entry = LayerEntry(path: TreePath(path), kind: .file, permissions: permissions, uid: uid)
  entry.size = Int64(text.utf8.count)
  entry.content = SHA256.digest(of: text)
  entry.attributes = attributes.map { .init(name: $0.0, value: Array($0.1.utf8)) }
  return (entry, Array(text.utf8))
}

func directory(
  _ path: String, permissions: UInt16 = 0o755, uid: UInt32 = 0, isOpaque: Bool = false
) -> Item {
  var entry = LayerEntry(path: TreePath(path), kind: .directory, permissions: permissions, uid: uid)
  entry.isOpaque = isOpaque
  return (entry, [])
}

func symlink(_ path: String, to target: String) -> Item {
  var entry = LayerEntry(path: TreePath(path), kind: .symlink, permissions: 0o777)
  entry.link = Array(target.utf8)
  return (entry, [])
}

func link(_ path: String, to target: String) -> Item {
  var entry = LayerEntry(path: TreePath(path), kind: .hardLink, permissions: 0o644)
  entry.link = Array(target.utf8)
  return (entry, [])
}

func whiteout(_ path: String) -> Item { (.whiteout(TreePath(path)), []) }

func pack(
  _ items: [Item], reusing source: (any MemberSource)? = nil, workers: Int? = nil
) throws -> (layer: WrittenLayer, bytes: [UInt8]) {
  let blob = MemoryBlob()
  let writer = LayerWriter(into: blob, reusing: source, workers: workers)
  for (entry, content) in items {
    try writer.append(entry, content: entry.kind == .file ? .bytes(content) : .none)
  }
  return (try writer.finish(), blob.bytes)
}

func read(
  _ bytes: [UInt8], _ type: MediaType = .layerGzip, into target: SnapshotTarget? = nil,
  over base: [LayerIndex] = [], limits: ReadLimits = ReadLimits()
) throws -> ReadLayer {
  try LayerReader.read(
    MemoryReader(bytes: bytes), mediaType: type, unpackingInto: target,
    base: RootTree(layers: base), limits: limits)
}

extension LayerIndex {
  init(_ items: [Item]) { self.init(items.map(\.entry)) }
}

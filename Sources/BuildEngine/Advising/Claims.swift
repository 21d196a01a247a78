import OCI

/// Files that an edit would keep out of an image.
package struct Saving: Sendable {
  /// Of the files, in bytes.
  package let bytes: Int64
  /// As they are in the compressed layers, about, in bytes.
  package let compressedBytes: Int64
  /// Positions among the items of the tree.
  package let items: [Int]
}

extension Saving {
  /// When other bytes come in instead; nil when nothing would be saved.
  func less(_ added: Int64) -> Saving? {
    guard added < bytes else { return nil }
    let share = Double(bytes - added) / Double(bytes)
    return Saving(
      bytes: bytes - added, compressedBytes: Int64(Double(compressedBytes) * share), items: items)
  }
}

/// Sees to it that no byte is saved twice.
struct Claims {
  let tree: LayeredTree
  /// Compressed bytes for a byte of a layer.
  private let ratios: [Double]
  private var isTaken: [Bool]

  init(_ image: AdvisedImage) {
    tree = image.tree
    isTaken = Array(repeating: false, count: tree.items.count)
    var bytes = [Int64](repeating: 0, count: image.contents.layers.count)
    for item in tree.items { bytes[item.layer] += item.bytes }
    ratios = zip(image.contents.layers, bytes).map {
      $1 == 0 ? 0 : Double($0.descriptor.size) / Double($1)
    }
  }

  func isFree(_ item: Int) -> Bool { !isTaken[item] }

  /// - Returns: nil when nothing is left of it that takes any bytes.
  mutating func take(_ items: some Sequence<Int>) -> Saving? {
    let wanted = Set(items.filter { !isTaken[$0] })
    // The bytes of a file that can be seen stay as long as one of its names does.
    let found = wanted.filter { item in
      tree.items[item].bytes > 0
        && (tree.items[item].end != nil
          || tree.names(of: item).allSatisfy { isTaken[$0] || wanted.contains($0) })
    }
    guard !found.isEmpty else { return nil }
    for item in wanted { isTaken[item] = true }
    var compressed = 0.0
    for item in found {
      compressed += Double(tree.items[item].bytes) * ratios[tree.items[item].layer]
    }
    return Saving(
      bytes: found.reduce(0) { $0 + tree.items[$1].bytes },
      compressedBytes: Int64(compressed), items: found.sorted())
  }
}

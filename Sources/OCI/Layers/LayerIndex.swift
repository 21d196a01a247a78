/// What a layer contains, without the contents: made once when a layer is written or first read.
///
/// It answers a question with a binary search over its own bytes, so that opening the index of a
/// layer of ten thousand files costs nothing.
package struct LayerIndex: Sendable, Hashable {
  private static let magic = Array("rli1".utf8)

  /// magic, count, an offset for each entry (both UInt32, little-endian), then the entries.
  package let serialized: [UInt8]
  package let count: Int

  /// - Parameter entries: In any order; of two with the same path the later one counts.
  package init(_ entries: [LayerEntry]) {
    let order = Self.order(of: entries)
    var offsets: [UInt8] = []
    offsets.reserveCapacity(order.count * 4)
    var records: [UInt8] = []
    let start = Self.magic.count + 4 + order.count * 4
    for index in order {
      offsets.append(littleEndian: UInt32(start + records.count))
      entries[index].encode(into: &records)
    }
    var bytes = Self.magic
    bytes.append(littleEndian: UInt32(order.count))
    serialized = bytes + offsets + records
    count = order.count
  }

  private static func order(of entries: [LayerEntry]) -> [Int] {
    let isInOrder = zip(entries, entries.dropFirst()).allSatisfy { $0.path < $1.path }
    if isInOrder { return Array(entries.indices) }
    var latest: [TreePath: Int] = [:]
    for (index, entry) in entries.enumerated() { latest[entry.path] = index }
    return latest.sorted { $0.key < $1.key }.map(\.value)
  }

  /// - Returns: nil when the bytes are no index.
  package init?(serialized: [UInt8]) {
    guard serialized.starts(with: Self.magic), serialized.count >= 8 else { return nil }
    let count = serialized.withUnsafeBytes {
      Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }
    guard serialized.count >= 8 + count * 4 else { return nil }
    self.serialized = serialized
    self.count = count
  }

  package static let empty = LayerIndex([])

  /// The entry at a position in order of path; nil only when the bytes are damaged.
  package subscript(position: Int) -> LayerEntry? {
    serialized.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes, at: Self.offset(of: position, in: bytes))
      return LayerEntry(decoding: &reader)
    }
  }

  /// Gives the bytes of all entries, in order of path.
  func withRecords<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    serialized.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[(8 + count * 4)...]))
    }
  }

  package var entries: [LayerEntry] { (0..<count).compactMap { self[$0] } }

  package func entry(at path: TreePath) -> LayerEntry? {
    let position = lowerBound(path.bytes)
    guard position < count, let found = self[position], found.path == path else { return nil }
    return found
  }

  /// Positions of what is inside the directory `path`, at any depth.
  package func descendants(of path: TreePath) -> Range<Int> {
    if path.isRoot {
      return lowerBound([]) < count && self[0]?.path.isRoot == true ? 1..<count : 0..<count
    }
    // "/" and the byte after it enclose exactly the paths that start with "path/".
    let slash = UInt8(ascii: "/")
    let start = lowerBound(path.bytes + [slash])
    // Damaged bytes may be in no order.
    return start..<max(start, lowerBound(path.bytes + [slash + 1]))
  }

  /// The first position whose path is not before `path`.
  private func lowerBound(_ path: [UInt8]) -> Int {
    serialized.withUnsafeBytes { bytes in
      var low = 0
      var high = count
      while low < high {
        let middle = (low + high) / 2
        var reader = ByteReader(bytes, at: Self.offset(of: middle, in: bytes))
        guard let candidate = reader.counted() else { return count }
        if candidate.lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  static func offset(of position: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 + position * 4, as: UInt32.self)))
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

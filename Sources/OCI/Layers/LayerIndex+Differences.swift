import Glibc

extension LayerIndex {
  /// The entries that are not the same in both, in order of path; nil where there is none.
  ///
  /// Entries that are the same are only compared by their bytes, and most are.
  package static func differences(
    _ old: LayerIndex, _ new: LayerIndex
  ) -> [(old: LayerEntry?, new: LayerEntry?)] {
    if old.serialized == new.serialized { return [] }
    var found: [(old: LayerEntry?, new: LayerEntry?)] = []
    old.serialized.withUnsafeBytes { before in
      new.serialized.withUnsafeBytes { after in
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
          let (left, right) = (old.record(i, in: before), new.record(j, in: after))
          if let left, let right, left.count == right.count, Self.areEqual(left, right) {
            (i, j) = (i + 1, j + 1)
            continue
          }
          let (a, b) = (i < old.count ? old[i] : nil, j < new.count ? new[j] : nil)
          // Bytes that are no entry end the comparison of their side.
          switch (a, b) {
          case (let a?, let b?) where a.path == b.path:
            found.append((a, b))
            (i, j) = (i + 1, j + 1)
          case (let a?, let b) where b.map { a.path < $0.path } ?? true:
            found.append((a, nil))
            i += 1
          case (_, let b?):
            found.append((nil, b))
            j += 1
          default: (i, j) = (old.count, new.count)
          }
        }
      }
    }
    return found
  }

  /// The bytes of an entry; nil behind the last, and for damaged bytes.
  private func record(
    _ position: Int, in bytes: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    guard position < count else { return nil }
    let start = Self.offset(of: position, in: bytes)
    let end = position + 1 < count ? Self.offset(of: position + 1, in: bytes) : bytes.count
    return start <= end && end <= bytes.count
      ? UnsafeRawBufferPointer(rebasing: bytes[start..<end]) : nil
  }

  private static func areEqual(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    guard let a = left.baseAddress, let b = right.baseAddress else { return left.isEmpty }
    return memcmp(a, b, left.count) == 0
  }
}

/// How much an archive may unpack to.
///
/// What a file of a few kilobytes can claim to contain has no natural bound, so the size is allowed
/// to grow with that of the archive: deflate reaches 1032 times, other formats much more.
package struct ReadLimits: Sendable {
  /// Always allowed, in bytes.
  package var alwaysAllowed: Int64 = 1 << 30
  /// Beyond that: how many times the archive's own size.
  package var ratio: Int64 = 2000
  /// Never more, in bytes.
  package var size: Int64 = 1 << 40
  package var entries: Int64 = 4_000_000
  /// Names, links and extended attributes of all entries together, in bytes.
  package var metadata: Int64 = 512 << 20

  package init() {}

  /// - Parameter archive: The size of the archive as it is, in bytes.
  func unpackedSize(ofArchive archive: Int64) -> Int64 {
    let (product, overflow) = max(archive, 0).multipliedReportingOverflow(by: ratio)
    return min(size, max(alwaysAllowed, overflow ? size : product))
  }
}

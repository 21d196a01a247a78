import OCI

/// Where one gzip member ends and the next begins. Format version 1: a change here changes every
/// layer's bytes.
///
/// The rule looks only at the entries since the last cut, so that after an inserted, changed or
/// removed file the cuts soon fall on the same entries again and all later members are the same:
///
/// - before an entry, when 512 KiB are pending;
/// - before an entry, when 64 KiB are pending and the path selects it, which one path in eight does:
///   the three highest bits of its 64-bit FNV-1a hash are zero;
/// - before and after a regular file of 1 MiB or more, and in it after every 1 MiB of its data; its
///   header is in its first member, its padding in its last.
enum MemberBoundary {
  private static let usual = 64 << 10
  private static let most = 512 << 10
  /// In bytes of file data.
  static let large = 1 << 20

  static func isLarge(_ entry: LayerEntry) -> Bool {
    entry.kind == .file && entry.size >= Int64(large)
  }

  /// - Parameter pending: Bytes of tar stream since the last cut.
  static func isBefore(_ entry: LayerEntry, pending: Int) -> Bool {
    if pending == 0 { return false }
    if pending >= most || isLarge(entry) { return true }
    return pending >= usual && hash(entry.path.bytes) >> 61 == 0
  }

  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}

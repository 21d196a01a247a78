import LayerArchive
import OCI

extension DifferenceCause {
  /// Archives that hold the same, and keep it with other times or in another order.
  static func ofArchive(_ file: FileVersions) -> DifferenceCause? {
    guard let (first, second) = file.contents else { return nil }
    if let before = ArchiveMembers(first), let after = ArchiveMembers(second),
      !before.members.isEmpty
    {
      return compare(before.members, after.members)
    }
    // A single compressed file keeps a time in its header (RFC 1952, section 2.3).
    guard first.count == second.count, first.count > 18, first.starts(with: [0x1f, 0x8b]),
      second.starts(with: [0x1f, 0x8b]), first[8...] == second[8...]
    else { return nil }
    return DifferenceCause(.archiveTimes, evidence: "the time in gzip's header")
  }

  private static func compare(
    _ first: [ArchiveMembers.Member], _ second: [ArchiveMembers.Member]
  ) -> DifferenceCause? {
    func contents(_ members: [ArchiveMembers.Member]) -> [[UInt8]] {
      members.map { $0.name + [0] + $0.content.bytes }
    }
    let (old, new) = (contents(first), contents(second))
    if old == new {
      let changed = zip(first, second).first { $0.modified != $1.modified }?.0.name
      let evidence = changed.map { "the time of '\(String(decoding: $0, as: UTF8.self))'" }
      return DifferenceCause(.archiveTimes, evidence: evidence ?? "")
    }
    return Set(old) == Set(new) && old.count == new.count
      ? DifferenceCause(.listingOrder, evidence: "the order of the archive's members") : nil
  }
}

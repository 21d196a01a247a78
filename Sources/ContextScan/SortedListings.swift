import FileSystem
import OCI

/// The listings of directories as one list in order of path, without comparing names of different
/// directories with each other.
struct SortedListings {
  private(set) var entries: [ContextEntry] = []
  private let listings: [[UInt8]: [ContextEntry]]

  /// - Parameter listings: Of a directory each, in order of path; of one directory there may be several.
  init(_ listings: [[ContextEntry]]) {
    var ofDirectory: [[UInt8]: [ContextEntry]] = [:]
    var isInside: Set<[UInt8]> = []
    for listing in listings {
      guard let first = listing.first else { continue }
      ofDirectory[Array(first.path.parentBytes), default: []] += listing
      for entry in listing where Self.isDirectory(entry) { isInside.insert(entry.path.bytes) }
    }
    self.listings = ofDirectory
    entries.reserveCapacity(listings.reduce(0) { $0 + $1.count })
    let tops = ofDirectory.keys.filter { !isInside.contains($0) }
    add(tops.flatMap { ofDirectory[$0] ?? [] }.sorted { $0.path < $1.path })
  }

  private static func isDirectory(_ entry: ContextEntry) -> Bool {
    entry.status.kind == .directory
  }

  /// What is in a directory comes behind the names that go on where the directory's ends, as far as
  /// these are before the slash: `a`, `a-b`, `a/c`.
  private mutating func add(_ siblings: [ContextEntry]) {
    var waiting: [[UInt8]] = []
    for entry in siblings {
      let path = entry.path.bytes
      while let next = waiting.last, (next + [UInt8(ascii: "/")]).precedes(path) {
        waiting.removeLast()
        add(listings[next] ?? [])
      }
      entries.append(entry)
      if Self.isDirectory(entry) { waiting.append(path) }
    }
    for next in waiting.reversed() { add(listings[next] ?? []) }
  }
}

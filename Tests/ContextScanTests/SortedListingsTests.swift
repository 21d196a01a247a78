import Glibc
import OCI
import Testing

@testable import ContextScan
@testable import FileSystem

struct SortedListingsTests {
  private static func entry(_ path: String, isDirectory: Bool) -> ContextEntry {
    var raw = stat()
    raw.st_mode = isDirectory ? S_IFDIR : S_IFREG
    return ContextEntry(path: TreePath(path), status: FileStatus(raw), link: [])
  }

  /// Entries by directory, each listing in order.
  private static func listings(_ entries: [ContextEntry]) -> [[ContextEntry]] {
    Dictionary(grouping: entries) { Array($0.path.parentBytes) }.values
      .map { $0.sorted { $0.path < $1.path } }
  }

  @Test(arguments: 1...40)
  func isTheOrderOfPaths(seed: Int) {
    var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    // Names that end where others go on, with bytes on both sides of the slash.
    let names = ["a", "a-b", "a.b", "a0", "a-", "b", "b!", "é", "a b"]
    var paths: [String: Bool] = [:]
    var directories = [""]
    for _ in 0..<60 {
      let parent = directories[random(directories.count)]
      let path = parent + names[random(names.count)]
      guard paths[path] == nil else { continue }
      paths[path] = random(3) == 0
      if paths[path] == true { directories.append(path + "/") }
    }
    let entries = paths.map { Self.entry($0.key, isDirectory: $0.value) }
    let sorted = SortedListings(Self.listings(entries)).entries.map(\.path)
    #expect(sorted == entries.map(\.path).sorted())
  }

  @Test func rootsInDirectoriesThatAreNotListed() {
    let entries = [("x/y/a", true), ("x/y/a/1", false), ("x/y-b", false), ("x/y/a-c", false)]
      .map { Self.entry($0.0, isDirectory: $0.1) }
    let sorted = SortedListings(Self.listings(entries)).entries.map(\.path)
    #expect(sorted == entries.map(\.path).sorted())
  }

  @Test func nothing() { #expect(SortedListings([]).entries.isEmpty) }
}

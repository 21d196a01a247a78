import ContextScan
import FileSystem
import OCI

/// An order for the names of a root file system that has nothing to do with the order on disk, and is
/// the same each time.
struct ListingOrder {
  /// What is left out beyond it lies deepest.
  static let limit = 200_000

  /// Each directory before what is in it; directories with a slash at the end.
  let names: [[UInt8]]

  init(of tree: RootTree) {
    let found = tree.descendants(of: .root).map { entry in
      (
        depth: entry.path.bytes.count { $0 == UInt8(ascii: "/") },
        order: PathHash(entry.path.bytes).value, entry: entry
      )
    }
    names = found.sorted { ($0.depth, $0.order) < ($1.depth, $1.order) }.prefix(Self.limit).map {
      $0.entry.path.bytes + ($0.entry.kind == .directory ? [UInt8(ascii: "/")] : [])
    }
  }

  func write(to path: String) throws {
    var bytes: [UInt8] = []
    for name in names { bytes += name + [0] }
    try File.create(path, permissions: 0o600).write(bytes)
  }
}

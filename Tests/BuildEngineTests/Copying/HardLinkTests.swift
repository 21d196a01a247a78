import OCI
import Testing

@testable import BuildEngine

/// Names of one file, when they are copied.
struct HardLinkTests {
  private static func placed(
    _ sources: [String], from tree: RootTree, on root: RootTree = .of()
  ) throws -> CopyPlacement {
    var placement = CopyPlacement(on: root, owner: nil, permissions: nil)
    try placement.copy(sources, from: tree, to: "/x/")
    return placement
  }

  private static func content(_ path: String, of placement: CopyPlacement) -> Digest? {
    let all = placement.entries
    let entry = all.first { $0.path == TreePath(path) }
    guard entry?.kind == .hardLink, let link = entry?.link else { return entry?.content }
    return all.first { $0.path.bytes == link }?.content
  }

  @Test func stayOneFile() throws {
    let tree = RootTree.of(entries("d d", "f d/m=1", "h d/a>d/m", "h d/z>d/m", "f d/other=1"))
    let placement = try Self.placed(["d"], from: tree)
    #expect(
      placement.listing == [
        "d x 755", "f x/a 644", "h x/m>x/a", "f x/other 644", "h x/z>x/a",
      ])
  }

  @Test func areAFileEachWhenCopiedAlone() throws {
    let tree = RootTree.of(entries("f m=1", "h a>m"))
    #expect(try Self.placed(["a"], from: tree).listing == ["d x 755", "f x/a 644"])
  }

  /// 'a' is replaced by another file after 'b' was found to be the same as it.
  @Test func partWhenOneIsReplaced() throws {
    let tree = RootTree.of(
      entries("d 1", "f 1/a=old", "h 1/b>1/a", "d 2", "f 2/a=new", "d 3", "h 3/c>1/a"))
    let placement = try Self.placed(["1", "2", "3"], from: tree)
    #expect(Self.content("x/a", of: placement) == SHA256.digest(of: "new"))
    #expect(placement.listing == ["d x 755", "f x/a 644", "f x/b 644", "h x/c>x/b"])
  }

  @Test func areForgottenWithTheFile() throws {
    let tree = RootTree.of(entries("d 1", "f 1/a=1", "h 1/b>1/a", "d 2", "l 2/a>b"))
    let placement = try Self.placed(["1", "2"], from: tree)
    #expect(placement.listing == ["d x 755", "l x/a>b", "f x/b 644"])
    #expect(placement.origins[TreePath("x/a")] == nil)
  }

  @Test func ofArchivesStayTogether() throws {
    let archive = entries("d d", "f d/a=1", "h d/b>d/a", "l d/l>a")
    var placement = CopyPlacement(
      on: .of(entries("f x/d/b=0")), owner: Owner(uid: 1, gid: 2), permissions: 0o600)
    try placement.placeArchive(0, entries: archive, at: "/x")
    #expect(
      placement.listing == [
        "d x 755", "d x/d 700 1:2", "f x/d/a 644 1:2", "h x/d/b>x/d/a", "l x/d/l>a 1:2",
      ])
    #expect(placement.origins[TreePath("x/d/a")] == .archive(0, entry: 1))
  }

  @Test func ofArchivesPartWhenOneIsReplaced() throws {
    var placement = CopyPlacement(on: .of(), owner: nil, permissions: nil)
    try placement.placeArchive(0, entries: entries("f a=old", "h b>a"), at: "/x/")
    try placement.placeArchive(1, entries: entries("f a=new"), at: "/x/")
    #expect(placement.listing == ["d x 755", "f x/a 644", "f x/b 644"])
    #expect(placement.origins[TreePath("x/a")] == .archive(1, entry: 0))
    #expect(placement.origins[TreePath("x/b")] == .archive(0, entry: 0))
  }

  @Test func anArchiveReplacesADirectory() throws {
    var placement = CopyPlacement(
      on: .of(entries("d x", "d x/a", "f x/a/b=1")), owner: nil, permissions: nil)
    try placement.placeArchive(0, entries: entries("f a=1"), at: "/x/")
    #expect(placement.listing == ["d x 700", "f x/a 644"])
  }
}

struct PlacedViewTests {
  @Test func isTheRootWithWhatWasPlaced() {
    var view = PlacedView(root: .of(entries("d a", "f a/b=1", "f c=1")))
    for entry in entries("f a/b=2", "d n", "f n/x=1") { view.set(entry) }
    #expect(view.entry(at: TreePath("a/b"))?.content == SHA256.digest(of: "2"))
    #expect(view.entry(at: TreePath("c"))?.kind == .file)
    #expect(view.entry(at: TreePath("n/none")) == nil)
    let all = view.descendants(of: .root).map { String(decoding: $0.path.bytes, as: UTF8.self) }
    #expect(all == ["a", "a/b", "c", "n", "n/x"])
    view.setContent(SHA256.digest(of: "3"), at: TreePath("n/x"))
    view.setContent(SHA256.digest(of: "3"), at: TreePath("c"))
    #expect(view.entry(at: TreePath("n/x"))?.content == SHA256.digest(of: "3"))
    #expect(view.entry(at: TreePath("c"))?.content == SHA256.digest(of: "1"))
  }

  /// An archive's file takes the place of a directory, as tar has it.
  @Test func aFileHidesWhatWasInTheDirectory() {
    var view = PlacedView(root: .of(entries("d a", "d a/b", "f a/b/c", "f ab")))
    for entry in entries("f a/new", "f a=1") { view.set(entry) }
    #expect(view.entry(at: TreePath("a/b/c")) == nil)
    #expect(view.entry(at: TreePath("a/new")) == nil)
    #expect(view.descendants(of: .root).map(\.path) == [TreePath("a"), TreePath("ab")])
    for entry in entries("d a", "f a/x") { view.set(entry) }
    #expect(view.entry(at: TreePath("a/b")) == nil)
    // The layer must hide what the root has in a directory of that name.
    #expect(view.entry(at: TreePath("a"))?.isOpaque == true)
    #expect(view.descendants(of: TreePath("a")).map(\.path) == [TreePath("a/x")])
  }
}

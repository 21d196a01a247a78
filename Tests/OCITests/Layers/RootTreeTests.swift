import OCI
import Testing

struct RootTreeTests {
  @Test(arguments: [
    // Layers, bottom first, and all that is there.
    ([entries("d a", "f a/b"), entries("f a/c")], ["a/", "a/b", "a/c"]),
    ([entries("d a", "f a/b", "f a/c"), entries("w a/b")], ["a/", "a/c"]),
    ([entries("d a", "f a/b"), entries("w a")], []),
    ([entries("d a", "f a/b"), entries("w a"), entries("d a", "f a/c")], ["a/", "a/c"]),
    ([entries("d a", "f a/b"), entries("o a", "f a/c")], ["a/", "a/c"]),
    ([entries("d a", "d a/x", "f a/x/y"), entries("o a", "d a/x")], ["a/", "a/x/"]),
    ([entries("f a/b/c")], ["a?", "a/b?", "a/b/c"]),
    ([entries("f a/b"), entries("d a")], ["a/", "a/b"]),
    ([entries("d a", "f a/b"), entries("w a"), entries("f a/c")], ["a?", "a/c"]),
    ([entries("d a", "f a/b"), entries("f a")], ["a"]),
    ([entries("d a", "f a/b"), entries("f a"), entries("d a")], ["a/"]),
    ([entries("d a", "f a/b"), entries("l a>z"), entries("f a/c")], ["a?", "a/c"]),
    ([entries("f a"), entries("d a", "f a/b")], ["a/", "a/b"]),
    ([entries("d a"), entries("w a/b", "w z")], ["a/"]),
    ([entries("f a", "f a-b", "f a0"), entries("w a")], ["a-b", "a0"]),
    ([entries("d a", "f b"), entries("o ")], []),
    ([], []),
  ])
  func isTheUnionOfItsLayers(stack: [[LayerEntry]], expected: [String]) {
    let tree = RootTree(stack: stack)
    #expect(tree.listing == expected)
    for entry in tree.descendants(of: .root) { #expect(tree.entry(at: entry.path) == entry) }
    #expect(tree.entry(at: .root)?.kind == .directory)
  }

  @Test func saysWhichLayerSomethingIsFrom() {
    let tree = RootTree(
      stack: [entries("d a", "f a/b=0", "f a/c=0"), entries("f a/b=1"), entries("w a/c")])
    #expect(tree.owner(of: TreePath("a")) == 0)
    #expect(tree.owner(of: TreePath("a/b")) == 1)
    #expect(tree.owner(of: TreePath("a/c")) == nil)
    #expect(tree.owner(of: TreePath("z")) == nil)
    #expect(tree.entry(at: TreePath("a/b"))?.content == SHA256.digest(of: "1"))
  }

  @Test func seesAttributesOfTheTopmostMention() {
    var below = entries("d a")
    below[0].uid = 1
    let implied = RootTree(stack: [below, entries("f a/b")])
    #expect(implied.entry(at: TreePath("a"))?.uid == 1)
    let mentioned = RootTree(stack: [below, entries("d a", "f a/b")])
    #expect(mentioned.entry(at: TreePath("a"))?.uid == 0)
  }

  /// Whoever writes a layer repeats the directories on the way: as they are, not as they came to be.
  @Test func noDirectoryOfATreeIsOpaque() {
    let tree = RootTree(stack: [entries("d a", "f a/b"), entries("o a", "f a/c")])
    #expect(tree.entry(at: TreePath("a"))?.isOpaque == false)
    #expect(tree.descendants(of: .root).first?.isOpaque == false)
  }

  @Test func knowsNamesOfOneFile() {
    let linked = entries("f a=1", "h b>a", "h c>a", "f d=1", "d e", "l f>a")
    let tree = RootTree(stack: [linked])
    let identity = tree.linkIdentity(of: TreePath("a"))
    #expect(identity != nil)
    #expect(tree.linkIdentity(of: TreePath("b")) == identity)
    #expect(tree.linkIdentity(of: TreePath("c")) == identity)
    #expect(tree.linkIdentity(of: TreePath("d")) != identity)
    #expect(tree.linkIdentity(of: TreePath("e")) == nil)
    #expect(tree.linkIdentity(of: TreePath("f")) == nil)
  }

  /// The old name still has the old content: a COPY must not join the two again.
  @Test func partsNamesWhenOneIsReplaced() {
    let tree = RootTree(stack: [entries("f a=1", "h b>a"), entries("f a=2")])
    #expect(tree.linkIdentity(of: TreePath("a")) != tree.linkIdentity(of: TreePath("b")))
  }
}

import OCI
import Testing

struct TreePathTests {
  @Test(arguments: [
    ("", "/"), ("/", "/"), (".", "/"), ("..", "/"), ("a", "/a"), ("/a/", "/a"), ("a//b", "/a/b"),
    ("./a/./b/.", "/a/b"), ("a/../b", "/b"), ("../../a", "/a"), ("a/b/../../..", "/"),
    ("...", "/..."), ("a/..b", "/a/..b"), ("a /b", "/a /b"),
  ])
  func normalises(text: String, expected: String) {
    #expect(TreePath(text).description == expected)
  }

  @Test func isBytes() {
    let path = TreePath([0x61, 0x2f, 0xff, 0x0a])
    #expect(path.name == [0xff, 0x0a])
    #expect(path.parent == TreePath("a"))
    #expect(path.description == "/a/\u{fffd}\n")
    #expect(TreePath("e\u{301}") != TreePath("é"))
  }

  @Test(arguments: [
    ("", "", []), ("a", "", [""]), ("a/b/c", "a/b", ["", "a", "a/b"]),
  ])
  func knowsWhatIsAbove(text: String, parent: String, ancestors: [String]) {
    #expect(TreePath(text).parent == TreePath(parent))
    #expect(TreePath(text).ancestors == ancestors.map { TreePath($0) })
  }

  @Test(arguments: [
    ("a/b", "", "a/b"), ("a/b", "a", "b"), ("a/b", "a/b", ""), ("ab", "a", nil), ("a", "a/b", nil),
    ("", "", ""), ("", "a", nil),
  ])
  func isRelative(path: String, ancestor: String, expected: String?) {
    let found = TreePath(path).relative(to: TreePath(ancestor))
    #expect(found == expected.map { TreePath($0) })
    if let found { #expect(TreePath(ancestor).appending(found) == TreePath(path)) }
  }

  @Test func appends() {
    #expect(TreePath.root.appending(name: Array("a".utf8)) == TreePath("a"))
    #expect(TreePath("a").appending(name: Array("b".utf8)) == TreePath("a/b"))
    #expect(TreePath("a").appending(.root) == TreePath("a"))
    #expect(TreePath.root.appending(TreePath("a/b")).components == [[0x61], [0x62]])
  }

  @Test func comesBeforeWhatIsInIt() {
    let sorted = ["", "a", "a-b", "a/b", "a0", "b"].map { TreePath($0) }
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func findsWhereACopyPutSomething() {
    let places = [("", "app"), ("src", "code"), ("src/a", "one")].map {
      CopyPlace(source: TreePath($0.0), destination: TreePath($0.1))
    }
    let found = CopyPlace.candidates(for: TreePath("src/a"), in: places)
    #expect(found == ["one", "code/a", "app/src/a"].map { TreePath($0) })
    #expect(CopyPlace.candidates(for: TreePath("x"), in: places) == [TreePath("app/x")])
  }
}

import OCI
import Testing

@testable import BuildEngine

/// What the reference engine leaves behind.
struct CopyPlacementTests {
  private static let source = RootTree.of(
    entries(
      "f file=1", "d dir", "f dir/a=2", "d dir/sub", "f dir/sub/b=3", "l dir/link>a", "l way>dir",
      "d with", "d with/sub", "l with/file>x"))

  private static let root = RootTree.of(
    entries("d app", "f app/old=9", "d app/sub", "l web>/app", "l dead>new/place", "f plain=1"))

  struct Case: Sendable, CustomTestStringConvertible {
    let sources: [String]
    let destination: String
    let expected: [String]
    var testDescription: String { "COPY \(sources.joined(separator: " ")) \(destination)" }

    init(_ sources: [String], _ destination: String, _ expected: [String]) {
      self.sources = sources
      self.destination = destination
      self.expected = expected
    }
  }

  @Test(arguments: [
    // A file gets the destination's name, or goes into a directory.
    Case(["file"], "/x", ["f x 644"]),
    Case(["file"], "/", ["f file 644"]),
    Case(["file"], "/x/", ["d x 755", "f x/file 644"]),
    Case(["file"], "/x/.", ["d x 755", "f x/file 644"]),
    Case(["file"], "/x/y/z", ["d x 755", "d x/y 755", "f x/y/z 644"]),
    Case(["file"], "/app", ["d app 700", "f app/file 644"]),
    Case(["file"], "/app/old", ["d app 700", "f app/old 644"]),
    Case(["file"], "/app/../y", ["f y 644"]),
    Case(["file", "dir/a"], "/x/", ["d x 755", "f x/a 644", "f x/file 644"]),
    // A directory gives what is in it.
    Case(
      ["dir"], "/x", ["d x 755", "f x/a 644", "l x/link>a", "d x/sub 700", "f x/sub/b 644"]),
    Case(
      ["dir"], "/x/", ["d x 755", "f x/a 644", "l x/link>a", "d x/sub 700", "f x/sub/b 644"]),
    Case(["dir/sub"], "/", ["f b 644"]),
    // Directories that are there keep their attributes at the top, and lose them inside.
    Case(
      ["dir"], "/app",
      ["d app 700", "f app/a 644", "l app/link>a", "d app/sub 700", "f app/sub/b 644"]),
    // A link given as source is followed, one inside is copied.
    Case(["dir/link"], "/x", ["f x 644"]),
    Case(["dir/link"], "/app/", ["d app 700", "f app/link 644"]),
    Case(["way"], "/x/", ["d x 755", "f x/a 644", "l x/link>a", "d x/sub 700", "f x/sub/b 644"]),
    // Links of the destination are followed.
    Case(["file"], "/web/", ["d app 700", "f app/file 644"]),
    Case(["file"], "/web", ["d app 700", "f app/file 644"]),
    Case(["file"], "/web/n", ["d app 700", "f app/n 644"]),
    Case(["file"], "/dead", ["d new 755", "f new/place 644"]),
    Case(["file"], "/dead/", ["d new 755", "d new/place 755", "f new/place/file 644"]),
    Case(
      ["with"], "/dead",
      ["d new 755", "d new/place 755", "l new/place/file>x", "d new/place/sub 700"]),
    // The second of two is put over what the first left.
    Case(
      ["with", "dir"], "/x/",
      [
        "d x 755", "f x/a 644", "l x/file>x", "l x/link>a", "d x/sub 700", "f x/sub/b 644",
      ]),
    Case(["with", "file"], "/x/", ["d x 755", "f x/file 644", "d x/sub 700"]),
  ])
  func places(_ copy: Case) throws {
    var placement = CopyPlacement(on: Self.root, owner: nil, permissions: nil)
    try placement.copy(copy.sources, from: Self.source, to: copy.destination)
    #expect(placement.listing == copy.expected)
  }

  @Test(arguments: [
    (
      "/x/y/",
      [
        "d x 600 5:6", "d x/y 600 5:6", "f x/y/a 600 5:6", "l x/y/link>a 5:6",
        "d x/y/sub 600 5:6", "f x/y/sub/b 600 5:6",
      ]
    ),
    // What is there already stays whose it is.
    (
      "/app/",
      [
        "d app 700", "f app/a 600 5:6", "l app/link>a 5:6", "d app/sub 600 5:6",
        "f app/sub/b 600 5:6",
      ]
    ),
  ])
  func setsOwnerAndPermissions(destination: String, expected: [String]) throws {
    var placement = CopyPlacement(
      on: Self.root, owner: Owner(uid: 5, gid: 6), permissions: 0o600)
    try placement.copy(["dir"], from: Self.source, to: destination)
    #expect(placement.listing == expected)
  }

  @Test func keepsOwnersOfAnotherRoot() throws {
    var file = entries("f a=1")
    (file[0].uid, file[0].gid) = (7, 8)
    var placement = CopyPlacement(on: Self.root, owner: nil, permissions: nil)
    try placement.copy(["a"], from: .of(file), to: "/x/")
    #expect(placement.listing == ["d x 755", "f x/a 644 7:8"])
  }

  @Test(arguments: [
    (["file"], "/plain/", BuildError.notADirectory(TreePath("plain"))),
    (["file"], "/plain/x", .notADirectory(TreePath("plain"))),
    (["dir"], "/plain", .notADirectory(TreePath("plain"))),
    (["file"], "/d/", .cannotReplaceDirectory(TreePath("d/file"))),
    (["dir"], "/d", .notADirectory(TreePath("d/sub"))),
    (["with"], "/d", .cannotReplaceDirectory(TreePath("d/file"))),
  ])
  func refusesToReplaceOneKindByAnother(
    sources: [String], destination: String, error: BuildError
  ) {
    let root = RootTree.of(entries("f plain", "d d", "d d/file", "l d/sub>/app", "d app"))
    var placement = CopyPlacement(on: root, owner: nil, permissions: nil)
    #expect(throws: error) {
      try placement.copy(sources, from: Self.source, to: destination)
    }
  }

  @Test func leavesOutWhatIsExcluded() throws {
    var placement = CopyPlacement(on: Self.root, owner: nil, permissions: nil)
    try placement.place(
      TreePath("dir"), named: [], from: Self.source, at: "/x",
      included: { $0 != TreePath("sub") && $0 != TreePath("link") })
    #expect(placement.listing == ["d x 755", "f x/a 644", "d x/sub 755", "f x/sub/b 644"])
  }

  @Test func placesTextOfTheDockerfile() throws {
    var placement = CopyPlacement(
      on: Self.root, owner: Owner(uid: 3, gid: 4), permissions: 0o755)
    try placement.placeInline(0, name: "run.sh", content: [0x61], at: "/bin/")
    try placement.placeInline(1, name: "x", content: [0x62], at: "/y")
    #expect(placement.listing == ["d bin 755 3:4", "f bin/run.sh 755 3:4", "f y 755 3:4"])
    #expect(placement.origins[TreePath("y")] == .inline(1))
    #expect(placement.entries.last?.content == SHA256.digest(of: "b"))
  }

  @Test func repeatsDirectoriesOnTheWayAsTheyAre() throws {
    let root = RootTree.of(entries("d a", "f a/b"), entries("o a", "d a/c", "f a/kept"))
    var placement = CopyPlacement(on: root, owner: nil, permissions: nil)
    try placement.copy(["file"], from: Self.source, to: "/a/c/")
    // An opaque directory would hide 'a/kept'.
    #expect(placement.listing == ["d a 700", "d a/c 700", "f a/c/file 644"])
  }

  @Test func makesDirectories() throws {
    var placement = CopyPlacement(on: Self.root, owner: Owner(uid: 1, gid: 1), permissions: nil)
    try placement.placeDirectory(TreePath("web/in/side"))
    #expect(placement.listing == ["d app 700", "d app/in 755 1:1", "d app/in/side 755 1:1"])
    var nothing = CopyPlacement(on: Self.root, owner: nil, permissions: nil)
    try nothing.placeDirectory(TreePath("app/sub"))
    #expect(nothing.listing.isEmpty)
    #expect(throws: BuildError.notADirectory(TreePath("plain"))) {
      try nothing.placeDirectory(TreePath("plain/x"))
    }
  }

  @Test func saysWhereThingsWent() throws {
    var placement = CopyPlacement(on: Self.root, owner: nil, permissions: nil)
    try placement.copy(["file", "dir"], from: Self.source, to: "/web/")
    #expect(
      placement.places == [
        CopyPlace(source: TreePath("file"), destination: TreePath("app/file")),
        CopyPlace(source: TreePath("dir"), destination: TreePath("app")),
      ])
  }
}

import FileSystem
import Glibc
import OCI
import Testing

@testable import Launching

struct ScriptPathTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("training/train.py", "#!/usr/bin/env python3\nprint(1)\n")
    try bench.write("train.py", "print(1)\n")
  }

  private func find(
    _ script: String, from folder: String = "", _ places: [CopyPlace], _ tree: RootTree
  ) throws -> LaunchScript {
    try ScriptPath.inImage(
      script, from: bench.root + folder, context: bench.root, places: places, tree: tree)
  }

  @Test(arguments: [
    ("training/train.py", "", "/app/training/train.py"), ("./train.py", "", "/app/train.py"),
    ("train.py", "/training", "/app/training/train.py"),
    ("training/train.py", "/training", "/app/training/train.py"),
    ("../train.py", "/training", "/app/train.py"), ("training/../train.py", "", "/app/train.py"),
  ])
  func whereCopyPutIt(script: String, standing: String, expected: String) throws {
    let tree = tree("app/training/train.py", "app/train.py")
    let found = try find(script, from: standing, [place("", "app")], tree)
    #expect(found.place.description == expected)
  }

  @Test func firstLineAndMode() throws {
    let found = try find(
      "training/train.py", [place("training", "src")], tree("src/train.py*"))
    #expect(
      found
        == LaunchScript(
          place: TreePath("src/train.py"), firstLine: "#!/usr/bin/env python3", isExecutable: true))
  }

  @Test func absolute() throws {
    let found = try find("\(bench.root)/train.py", [place("", "app")], tree("app/train.py"))
    #expect(found.place == TreePath("app/train.py"))
  }

  @Test func laterCopyThatHasIt() throws {
    let places = [place("training", "app"), place("training", "srv"), place("", "other")]
    let found = try find("training/train.py", places, tree("app/train.py", "srv/train.py"))
    #expect(found.place == TreePath("srv/train.py"))
  }

  @Test func throughALinkOfTheImage() throws {
    let tree = tree("app -> srv/app", "srv/app/train.py")
    #expect(try find("train.py", [place("", "app")], tree).place == TreePath("app/train.py"))
  }

  @Test(arguments: [
    ("trian.py", LaunchError.scriptMissing(path: "trian.py", suggestion: "train.py")),
    (
      "training/trian.py",
      .scriptMissing(path: "training/trian.py", suggestion: "training/train.py")
    ),
    ("nothing-like-it.py", .scriptMissing(path: "nothing-like-it.py", suggestion: nil)),
    ("training", .scriptIsNoFile(path: "training")),
  ])
  func notThere(script: String, expected: LaunchError) {
    #expect(throws: expected) { try find(script, [place("", "app")], tree("app/train.py")) }
  }

  @Test(arguments: [
    ([place("other", "app")], ScriptPath.Absence.notCopied), ([place("", "app")], .leftOut),
    ([place("", "srv")], .replaced(place: "/srv/train.py")),
  ])
  func notInTheImage(places: [CopyPlace], reason: ScriptPath.Absence) {
    #expect(throws: LaunchError.scriptNotCopied(path: "train.py", reason: reason)) {
      try find("train.py", places, tree("srv/train.py/", "app/"))
    }
  }

  @Test func contextReachedByALink() throws {
    symlink(bench.root, "\(bench.folder)/link")
    let found = try ScriptPath.inImage(
      "train.py", from: "\(bench.folder)/link", context: bench.root, places: [place("", "app")],
      tree: tree("app/train.py"))
    #expect(found.place == TreePath("app/train.py"))
  }

  @Test func outside() throws {
    try FileTree.replace("\(bench.folder)/away.py", with: [])
    #expect(throws: LaunchError.scriptOutsideContext(path: "../away.py", context: bench.root)) {
      try find("../away.py", [place("", "app")], tree("app/away.py"))
    }
  }
}

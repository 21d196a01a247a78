import Diagnostics
import FileSystem
import Glibc
import OCI
import Project
import State
import Testing

@testable import Launching

@Suite(.enabled(if: BusyboxImage.canRun, BusyboxImage.requirement))
struct OutputTests {
  private let box: BusyboxImage

  init() throws { box = try BusyboxImage() }

  @Test(arguments: [0, 1])
  func filesComeBack(code: Int32) throws {
    try box.bench.write("model.pt", "old")
    let outcome = try box.run(
      "mkdir -p deep/er; echo new > model.pt; echo x > deep/er/m.json; exit \(code)",
      settings("outputs = [\"model.pt\", \"deep/er/m.json\", \"not-made.txt\"]"))
    #expect(outcome.result.ending == .exited(code: code))
    #expect(outcome.result.broughtBack == ["model.pt", "deep/er/m.json"])
    #expect(outcome.result.isBack)
    #expect(outcome.result.problems == [])
    #expect(try box.bench.read("model.pt") == "new\n")
    #expect(try box.bench.read("deep/er/m.json") == "x\n")
    #expect(!box.bench.has("not-made.txt"))
    #expect(outcome.result.undeclared == .none)
    #expect(
      outcome.result.outputs.map(\.name) == [
        "output model.pt", "output deep/er/m.json", "output not-made.txt",
      ])
  }

  @Test func directoriesAreThereAtOnce() throws {
    try box.bench.write("old/checkpoint", "1")
    let outcome = try box.run(
      "cat old/checkpoint; echo 2 > old/next; echo 3 > /app/fresh/x",
      settings("outputs = [\"old\", \"fresh\"]"))
    #expect(outcome.text == "1")
    #expect(try box.bench.read("old/next") == "2\n")
    #expect(try box.bench.read("fresh/x") == "3\n")
    #expect(outcome.result.undeclared == .none)
  }

  @Test func directoryOfAnotherUser() throws {
    let image = box.image(user: "app")
    let outcome = try box.run("echo 1 > out/x", settings("outputs = [\"out\"]"), image: image)
    #expect(outcome.result.succeeded)
    let status = try #require(try FileStatus.of("\(box.bench.root)/out", followLink: false))
    #expect(status.uid == 1234)
    #expect(status.gid == 1235)
    try box.bench.write("mine/x", "")
    #expect(
      throws: LaunchError.outputNotWritable(
        path: "\(box.bench.root)/mine", user: "app", uid: 1234)
    ) {
      try box.run("true", settings("outputs = [\"mine\"]"), image: image)
    }
  }

  @Test func fileThatIsADirectoryAfterAll() throws {
    let outcome = try box.run(
      "mkdir -p v1.0/sub; echo 1 > v1.0/sub/x; ln -s sub/x v1.0/in; ln -s /etc/passwd v1.0/out",
      settings("outputs = [\"v1.0\"]"))
    #expect(outcome.result.broughtBack == ["v1.0"])
    #expect(try box.bench.read("v1.0/sub/x") == "1\n")
    #expect(try box.bench.read("v1.0/in") == "1\n")
    #expect(try FileStatus.of("\(box.bench.root)/v1.0/out", followLink: false) == nil)
  }

  @Test func linksStayInTheImage() throws {
    let outcome = try box.run(
      "echo best > best.pt; ln -s best.pt latest.pt; ln -s /etc/passwd stolen.txt",
      settings("outputs = [\"latest.pt\", \"stolen.txt\", \"best.pt\"]"))
    #expect(outcome.result.broughtBack == ["latest.pt", "best.pt"])
    #expect(try box.bench.read("latest.pt") == "best\n")
    #expect(!box.bench.has("stolen.txt"))
    #expect(outcome.result.problems.map(\.id) == ["output-not-copied"])
  }

  @Test func folderThatBecameALink() throws {
    let secret = "\(box.bench.folder)/secret"
    try FileTree.makeDirectories(secret)
    try FileTree.replace("\(secret)/m.pt", with: Array("host".utf8))
    let outcome = try box.run(
      "ln -s \(secret) /app/dir", settings("outputs = [\"dir/m.pt\"]"))
    #expect(outcome.result.broughtBack == [])
    #expect(!box.bench.has("dir/m.pt"))
  }

  @Test func linkOfTheProjectStays() throws {
    try FileTree.replace("\(box.bench.folder)/elsewhere", with: [])
    symlink("\(box.bench.folder)/elsewhere", "\(box.bench.root)/model.pt")
    _ = try box.run("echo 1 > model.pt", settings("outputs = [\"model.pt\"]"))
    #expect(try FileTree.read("\(box.bench.folder)/elsewhere") == Array("1\n".utf8))
    let status = try FileStatus.of("\(box.bench.root)/model.pt", followLink: false)
    #expect(status?.kind == .symlink)
  }

  @Test func whatCannotBePlacedIsKept() throws {
    try box.bench.write("blocked", "a file where a folder should be")
    let outcome = try box.run(
      "mkdir blocked; echo 1 > blocked/m.pt", settings("outputs = [\"blocked/m.pt\"]"))
    let kept = "\(FileTree.parentPath(of: outcome.result.log))/outputs/blocked/m.pt"
    #expect(try FileTree.read(kept) == Array("1\n".utf8))
    #expect(outcome.result.problems.first?.help == "it is kept in '\(kept)'")
    #expect(!outcome.result.isBack)
  }

  @Test func undeclaredFilesAreNamed() throws {
    let outcome = try box.run(
      """
      mkdir -p __pycache__ sub out; echo > __pycache__/a.pyc; echo > b.pyc; echo > sub/plot.png
      echo > metrics.json; echo > /tmp/x; mkdir -p /root/.cache; echo > /root/.cache/y
      echo > out/declared
      """, settings("outputs = [\"out\"]"))
    #expect(outcome.result.undeclared.files.map(\.path) == ["metrics.json", "sub/plot.png"])
    #expect(
      outcome.result.undeclared.files.map(\.place.description) == [
        "/app/metrics.json", "/app/sub/plot.png",
      ])
    #expect(outcome.result.undeclared.count == 2)
  }

  @Test func deletedFilesAreNotNamed() throws {
    try box.write("app/old.txt", "x")
    let outcome = try box.run("rm old.txt; ln -s nowhere dangling")
    #expect(outcome.result.undeclared.files.map(\.path) == ["dangling"])
  }
}

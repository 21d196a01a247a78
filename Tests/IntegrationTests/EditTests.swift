import FileSystem
import Foundation
import Testing

/// What a change to a project leads to.
struct Edit: Sendable, CustomTestStringConvertible {
  let name: String
  /// Lines that say why; none when nothing has to be done.
  let reasons: [String]
  var options: [String] = []
  /// What the base has beside the usual.
  var base: [String: String] = [:]
  let change: @Sendable (Workbench) throws -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ reasons: String..., options: [String] = [], base: [String: String] = [:],
    change: @escaping @Sendable (Workbench) throws -> Void
  ) {
    (self.name, self.reasons, self.options) = (name, reasons, options)
    (self.base, self.change) = (base, change)
  }

  static let all: [Edit] = [
    Edit("content, newer", "train.py was edited") {
      try $0.write("train.py", "echo something else\n")
    },
    Edit("content, older", "train.py was edited") {
      try $0.write("train.py", "echo something else\n")
      $0.setTime(of: "train.py", to: 1_000_000_000)
    },
    Edit("content, with the same size and time", "data/labels.csv was edited") {
      let time = $0.status(of: "data/labels.csv").st_mtim.tv_sec
      try $0.write("data/labels.csv", "5\n")
      $0.setTime(of: "data/labels.csv", to: time)
    },
    Edit("content in place, with the same size, time and inode", "data/labels.csv was edited") {
      try $0.overwrite("data/labels.csv", "5\n")
    },
    Edit("only touched") { $0.setTime(of: "train.py", to: 1_000_000_000) },
    Edit("written again as it was") { try $0.write("train.py", $0.read("train.py")) },
    Edit("a folder touched") { $0.setTime(of: "data", to: 1_000_000_000) },
    Edit("a file more", "data/more.csv is new") { try $0.write("data/more.csv", "7\n") },
    Edit("a file less", "data/labels.csv is gone") { try $0.remove("data/labels.csv") },
    Edit("a file renamed", "data/labels.csv is gone", "data/names.csv is new") {
      rename("\($0.project)/data/labels.csv", "\($0.project)/data/names.csv")
    },
    Edit("an empty folder more", "empty is new") {
      try FileTree.makeDirectories("\($0.project)/empty")
    },
    Edit("made executable", "train.py has other permissions") {
      chmod("\($0.project)/train.py", 0o755)
    },
    Edit("a link that leads elsewhere", "link leads elsewhere") {
      try $0.remove("link")
      symlink("data/labels.csv", "\($0.project)/link")
    },
    Edit(
      "a file that becomes a folder", "data/labels.csv is of another type",
      "data/labels.csv/a is new"
    ) {
      try $0.remove("data/labels.csv")
      try $0.write("data/labels.csv/a", "1\n")
    },
    Edit(
      "a build argument", "argument GREETING changed: hello → goodbye",
      options: ["--build-arg", "GREETING=goodbye"]
    ) { _ in },
    Edit("a label", "label team is new: vision", options: ["--label", "team=vision"]) { _ in },
    Edit("a target", "it was never built", options: ["--target", "builder"]) { _ in
    },
    Edit("requirements", "requirements.txt was edited") {
      try $0.write("requirements.txt", "numpy==2.0.0\n")
    },
    Edit("the Dockerfile's instructions", "Dockerfile was edited") {
      try $0.write("Dockerfile", ExampleProject.dockerfile + "LABEL more=yes\n")
    },
    Edit("ignore rules that take a file away", "data/labels.csv is gone") {
      try $0.write(".dockerignore", "data/labels.csv\n.dockerignore\n")
    },
    Edit("a base imported again", "base base:1 changed: ", base: ["etc/release": "2\n"]) {
      try $0.importBase(extra: ["etc/release": "2\n"])
    },
    Edit("a base imported again as it was") { try $0.importBase() },
  ]
}

extension Workbench {
  /// Changes a file's bytes and nothing that `ls` shows.
  func overwrite(_ path: String, _ text: String) throws {
    let before = status(of: path)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(project)/\(path)"))
    try handle.write(contentsOf: Array(text.utf8))
    try handle.close()
    var times = [before.st_atim, before.st_mtim]
    utimensat(AT_FDCWD, "\(project)/\(path)", &times, AT_SYMLINK_NOFOLLOW)
  }
}

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct EditTests {
  @Test(arguments: Edit.all)
  func decidesAndBuildsAsIfFromNothing(edit: Edit) throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    symlink("data/digits.csv", "\(bench.project)/link")
    let first = try bench.does("build")

    try edit.change(bench)
    let looked = try bench.start(["build", "-n"] + edit.options).wait()
    let asked = try bench.start(["build", "-q"] + edit.options).wait()
    try expectReasons(edit, ["project:image"] + edit.options, in: bench)
    let built = try bench.start(["build"] + edit.options).wait()
    #expect(built.succeeded, "\(built)")
    if edit.reasons.isEmpty {
      #expect(looked.output == "project: up to date\n")
      #expect(asked.code == 0)
      #expect(built.output.contains("project: up to date"))
      #expect(try bench.digest(built) == bench.digest(first))
    } else {
      #expect(looked.output.hasPrefix("project: would be built\n"))
      for reason in edit.reasons {
        #expect(looked.output.contains("\n  \(reason)"))
        #expect(built.errors.contains("project: \(reason)"))
      }
      #expect(asked.code == 3)
      #expect(try bench.digest(built) != bench.digest(first))
    }
    #expect(asked.output + asked.errors == "")
    #expect(built.errors.contains("error") == false, "\(built)")
    let clean = try bench.cleanDigest(
      edit.options, bases: [(Workbench.base, edit.base)])
    #expect(try bench.digest(built) == clean)

    if !edit.reasons.isEmpty {
      try expectReasons(edit, ["project:image", "--last"] + edit.options, in: bench)
    }

    let again = try bench.start(["build"] + edit.options).wait()
    #expect(again.output == "project: up to date (\(clean))\n")
  }

  /// Before the build and after it, the same is said, and nothing else.
  private func expectReasons(_ edit: Edit, _ arguments: [String], in bench: Workbench) throws {
    let result = try bench.start(["explain", "--json"] + arguments).wait()
    let explained = try JSONDecoder().decode(Explained.self, from: Data(result.output.utf8))
    let reasons = try #require(explained.targets.first).reasons
    #expect(reasons.count == edit.reasons.count, "\(result)")
    for (reason, expected) in zip(reasons.sorted(), edit.reasons.sorted()) {
      #expect(reason.hasPrefix(expected))
    }
  }

  private struct Explained: Decodable {
    struct Target: Decodable {
      let reasons: [String]
    }
    let targets: [Target]
  }

  @Test func undoneEditsAreFoundInTheStore() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let first = try bench.does("build")
    try bench.write("train.py", "echo other\n")
    let second = try bench.does("build")
    #expect(second.output.contains("1 of "))
    try bench.write("train.py", try #require(ExampleProject.files["train.py"]))
    let third = try bench.does("build")
    #expect(third.output.contains("(0 of "))
    #expect(try bench.digest(third) == bench.digest(first))
  }

  @Test func whatTheStoreLostIsMadeAgain() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let first = try bench.does("build", "--output", "oci:\(bench.folder)/layout")
    let layers = try ImageLayoutReader("\(bench.folder)/layout").layers
    let lost = try #require(layers.last)
    try FileTree.remove("\(bench.home)/blobs/sha256/\(lost)")
    let looked = try bench.does("build", "-n")
    #expect(looked.output.contains("the image is no longer whole in the store"))
    let second = try bench.does("build")
    #expect(try bench.digest(second) == bench.digest(first))
    #expect(FileTree.exists("\(bench.home)/blobs/sha256/\(lost)"))
    #expect(try bench.does("build").output.contains("up to date"))
  }
}

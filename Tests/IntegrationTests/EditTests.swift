import FileSystem
import Foundation
import Testing

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct EditTests {
  @Test(arguments: Edit.all)
  func decidesAndBuildsAsIfFromNothing(edit: Edit) throws { try check(edit, .asHere) }

  /// All kinds of change with `RUNCTL_LONG_TESTS`, else those that times hide best.
  @Test(
    .enabled(if: !FileTimes.coarse.isEmpty, "\(FileTimes.needsCoarse)"),
    arguments: FileTimes.coarse, Machine.isLong ? Edit.all : Edit.all.filter(\.isHidden))
  func coarseTimesHideNothing(times: FileTimes, edit: Edit) throws { try check(edit, times) }

  private func check(_ edit: Edit, _ times: FileTimes) throws {
    let bench = try Workbench(times: times)
    try ExampleProject.make(in: bench)
    try bench.write(edit.files)
    for link in ["link", "alias"] { symlink("data/digits.csv", "\(bench.project)/\(link)") }
    symlink("data", "\(bench.project)/way")
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

import FileSystem
import Glibc
import OCI
import Testing

@testable import Launching

struct OutputCollectorTests {
  /// A link to nothing in one place is no problem of an output that is in another.
  @Test(arguments: [(true, ["model.bin"], 0), (false, [], 1)])
  func aLinkCountsWhereThereIsNothingElse(isWritten: Bool, broughtBack: [String], problems: Int)
    throws
  {
    let bench = try Workbench()
    let upper = "\(bench.folder)/upper"
    try FileTree.makeDirectories("\(upper)/first")
    try FileTree.makeDirectories("\(upper)/second")
    symlink("/data/model.bin", "\(upper)/first/model.bin")
    if isWritten { try FileTree.replace("\(upper)/second/model.bin", with: Array("new".utf8)) }
    var collector = OutputCollector(
      tree: WrittenTree(upper: upper, image: tree("data/", "data/model.bin")),
      refuge: "\(bench.folder)/refuge")
    collector.collect([
      RunOutput(
        path: "model.bin", form: .file, destination: "\(bench.root)/model.bin",
        places: [TreePath("/first/model.bin"), TreePath("/second/model.bin")])
    ])
    #expect(collector.broughtBack == broughtBack)
    #expect(collector.problems.count == problems)
    #expect(bench.has("model.bin") == isWritten)
  }
}

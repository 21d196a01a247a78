import Diagnostics
import FileSystem
import Testing

@testable import Launching

struct LogCopyTests {
  @Test func theCopyIsTheLogUnderTheRunsName() throws {
    let bench = try Workbench()
    try bench.write("log", "one\n\u{0}two")
    let copy = LogCopy(into: "\(bench.root)/kept/logs")
    #expect(copy.put("\(bench.root)/log", of: "run-1") == nil)
    #expect(try bench.read("kept/logs/run-1.log") == "one\n\u{0}two")
    try bench.write("log", "other")
    #expect(copy.put("\(bench.root)/log", of: "run-1") == nil)
    #expect(try bench.read("kept/logs/run-1.log") == "other")
  }

  @Test func aFolderThatCannotBeMadeIsAWarning() throws {
    let bench = try Workbench()
    try bench.write("log", "one\n")
    let problem = LogCopy(into: "\(bench.root)/log/below").put("\(bench.root)/log", of: "run-1")
    #expect(problem?.severity == .warning)
    #expect(problem?.id == "log-not-copied")
    #expect(problem?.help?.contains("\(bench.root)/log") == true)
    #expect(try bench.read("log") == "one\n")
  }
}

import FileSystem
import Foundation
import OCI
import Testing

/// Commands that end without a word, or find the disk full, before a change of the file system;
/// afterwards the next command works without repair (DESIGN §4).
///
/// Every change is tried with `RUNCTL_LONG_TESTS` set, else one in so many.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct CrashTests {
  enum Fault: String, CaseIterable {
    case kill
    case full
  }

  /// Runs `arguments` in a new workbench, with the fault one step later each time, until it is
  /// over before the fault.
  /// - Returns: How many times the fault came.
  private func sweep(
    _ fault: Fault, _ arguments: [String], stride: Int, prepare: (Workbench) throws -> Void,
    check: (Workbench, ProgramResult) throws -> Void
  ) throws -> Int {
    var (at, count) = (1, 0)
    while true {
      let bench = try Workbench()
      try prepare(bench)
      bench.environment["RUNCTL_FAULT"] = "\(fault.rawValue):\(at)"
      let result = try bench.start(arguments).wait()
      bench.environment["RUNCTL_FAULT"] = nil
      if fault == .kill, result.succeeded { return count }
      if fault == .full, result.succeeded, !result.errors.contains("warning") { return count }
      #expect(fault == .kill ? result.code == 128 + SIGKILL : result.code != 0, "\(at): \(result)")
      try check(bench, result)
      count += 1
      at += Machine.isLong ? 1 : stride
    }
  }

  @Test(arguments: Fault.allCases)
  func aBuildGoesOn(after fault: Fault) throws {
    let clean = try Workbench()
    try ExampleProject.make(in: clean)
    let digest = try clean.digest(clean.does("build"))
    let count = try sweep(fault, ["build"], stride: 13) {
      try ExampleProject.make(in: $0)
    } check: { bench, _ in
      let again = try bench.runctl("build")
      #expect(again.succeeded, "\(again)")
      #expect(try bench.digest(again) == digest)
      #expect(try bench.does("build").output.contains("up to date"))
      try expectSound(bench)
    }
    print("build: \(fault.rawValue) at \(count) changes")
    #expect(count > 3)
  }

  @Test(arguments: Fault.allCases)
  func anImportGoesOn(after fault: Fault) throws {
    let clean = try Workbench()
    try clean.importBase()
    let tar = "\(clean.folder)/base.tar"
    let listed = try clean.does("images", "ls").output
    let count = try sweep(fault, ["images", "import", tar, Workbench.base], stride: 5) { _ in
    } check: { bench, _ in
      try bench.does("images", "import", tar, Workbench.base)
      #expect(try bench.does("images", "ls").output == listed)
      try expectSound(bench)
    }
    print("import: \(fault.rawValue) at \(count) changes")
    #expect(count > 3)
  }

  @Test(arguments: Fault.allCases)
  func aCacheIsImportedAgain(after fault: Fault) throws {
    let source = try Workbench()
    try ExampleProject.make(in: source)
    let digest = try source.digest(source.does("build"))
    let archive = "\(source.folder)/cache.tar"
    try source.does("cache", "export", archive)
    let count = try sweep(fault, ["cache", "import", archive], stride: 5) {
      try $0.write(ExampleProject.files)
    } check: { bench, _ in
      // Whatever is named is whole.
      try bench.does("cache", "verify")
      try bench.does("cache", "import", archive)
      let build = try bench.does("build")
      #expect(build.output.contains("0 of "), "\(build)")
      #expect(try bench.digest(build) == digest)
      try bench.does("cache", "verify")
      try expectSound(bench)
    }
    print("cache import: \(fault.rawValue) at \(count) changes")
    #expect(count > 3)
  }
}

import FileSystem
import Foundation
import Testing

/// What changes outside the project's files: the store, a name in it, the platform, a file while it
/// is read.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct OutsideTests {
  private func bench(_ times: FileTimes = .asHere) throws -> Workbench {
    let bench = try Workbench(times: times)
    try ExampleProject.make(in: bench)
    return bench
  }

  /// Nothing has to be done anew for a name.
  @Test func aNameThatWasTakenAwayIsGivenAgain() throws {
    let bench = try bench()
    let first = try bench.does("build", "-t", "mine:1")
    #expect(try bench.does("build", "-t", "mine:1").output.contains("up to date"))
    try bench.does("images", "rm", "mine:1")
    let looked = try bench.does("build", "-n", "-t", "mine:1")
    #expect(looked.output == "project: would be named mine:1\n")
    #expect(try bench.runctl("build", "-q", "-t", "mine:1").code == 3)
    let again = try bench.does("build", "-t", "mine:1")
    #expect(again.output.contains("up to date"))
    #expect(try bench.digest(again) == bench.digest(first))
    #expect(try bench.does("images", "ls", "--quiet").output.contains("mine:1"))
    #expect(try bench.runctl("build", "-q", "-t", "mine:1").code == 0)
  }

  @Test func aBaseThatWasTakenAwayIsAskedFor() throws {
    let bench = try bench()
    try bench.write("Dockerfile", "FROM 127.0.0.1:1/base:1\nCOPY . .\n")
    try bench.importBase("127.0.0.1:1/base:1")
    try bench.does("build")
    try bench.does("images", "rm", "127.0.0.1:1/base:1")
    let gone = try bench.runctl("build")
    #expect(gone.succeeded == false && gone.errors.contains("127.0.0.1:1"), "\(gone)")
  }

  /// The names of a store in one tick of its clock: the second import changes what the first one
  /// said, and the file that stands for them looks the same.
  @Test(.enabled(if: !FileTimes.coarse.isEmpty, "\(FileTimes.needsCoarse)"))
  func everyImportOfABaseIsSeen() throws {
    for times in FileTimes.tried where times != .asHere {
      let bench = try bench(times)
      for text in ["1\n", "2\n", "3\n"] {
        try BaseRoot.write(
          "\(bench.folder)/\(text.first ?? "0").tar", scratch: bench.folder,
          extra: ["etc/release": text])
      }
      try bench.does("images", "import", "\(bench.folder)/1.tar", Workbench.base)
      try bench.does("build", "-t", "mine:1")
      for (before, now) in [("3", "2"), ("1", "3")] {
        for number in [before, now] {
          try bench.does("images", "import", "\(bench.folder)/\(number).tar", Workbench.base)
        }
        let built = try bench.does("build", "-t", "mine:1")
        #expect(built.errors.contains("base base:1 changed: "), "\(times): \(built)")
      }
    }
  }

  /// The project's times are coarse, and those of the state, which the clock is asked for, are not.
  @Test(.enabled(if: FileTimes.canMount, "\(FileTimes.needsCoarse)"))
  func aStateOnAFinerFileSystemHidesNothing() throws {
    let state = try Workbench()
    for _ in 0..<(Machine.isLong ? 5 : 1) {
      let bench = try bench(.seconds)
      bench.environment["RUNCTL_STATE_DIR"] = "\(state.folder)/\(UUID().uuidString)"
      try bench.write("Dockerfile", "FROM base:1\nCOPY data .\n")
      // From the start of a second on, all of this is within it, where nothing waits.
      while Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 1) > 0.05 { usleep(1_000) }
      try bench.write("data/labels.csv", "5\n")
      try bench.does("build")
      try bench.overwrite("data/labels.csv", "6\n")
      #expect(try bench.does("build").errors.contains("project: data/labels.csv was edited"))
    }
  }

  @Test func aProjectThatWasMovedIsUpToDate() throws {
    let bench = try bench()
    let first = try bench.digest(try bench.does("build"))
    try FileTree.makeDirectories("\(bench.folder)/elsewhere")
    rename(bench.project, "\(bench.folder)/elsewhere/project")
    bench.project = "\(bench.folder)/elsewhere/project"
    #expect(try bench.runctl("build", "-q").code == 0)
    #expect(try bench.does("build").output == "project: up to date (\(first))\n")
  }

  @Test func anotherPlatformIsAnotherImage() throws {
    let bench = try Workbench()
    try bench.write(["Dockerfile": "FROM scratch\nCOPY a /\n", "a": "1\n"])
    let here = try bench.does("build")
    let other = ["build", "--platform", "linux/s390x"]
    #expect(try bench.start(other + ["-q"]).wait().code == 3)
    let built = try bench.start(other).wait()
    #expect(built.errors.contains("project: platform changed: "), "\(built)")
    #expect(try bench.digest(built) != bench.digest(here))
    #expect(try bench.start(other).wait().output.contains("up to date"))
    let back = try bench.does("build")
    #expect(try bench.digest(back) == bench.digest(here))
    #expect(back.output.contains("(0 of "))
  }

  /// Parts of the image with the same size and time, and other bytes.
  @Test(arguments: FileTimes.tried)
  func anImageThatWasTamperedWithIsMadeAgain(times: FileTimes) throws {
    let bench = try bench(times)
    let layout = "\(bench.folder)/layout"
    let first = try bench.does("build", "--output", "oci:\(layout)")
    let parts = try ImageLayoutReader(layout)
    let last = try #require(parts.layers.last)
    for part in [parts.manifest, parts.config, last] {
      let path = "\(bench.home)/blobs/sha256/\(part)"
      // Nobody edits the store: what is done to it in the second in which it was written, with the
      // file's time put back, is not looked for.
      let status = try #require(try FileStatus.of(path, followLink: true))
      TouchedFileClock(directory: bench.folder).waitUntil(
        after: status.changed, by: max(status.coarseness, SystemClock.granularity))
      try tamper(path)
      #expect(try bench.runctl("build", "-q").code == 3, "\(times)")
      let looked = try bench.does("build", "-n")
      #expect(looked.output.contains("the image is no longer whole in the store"), "\(times)")
      let built = try bench.does("build")
      #expect(built.errors.contains("the image is no longer whole in the store"), "\(built)")
      #expect(try bench.digest(built) == bench.digest(first))
      #expect(try FileTree.read(path) == FileTree.read("\(layout)/blobs/sha256/\(part)"))
      #expect(try bench.does("build").output.contains("up to date"))
    }
  }

  private func tamper(_ path: String) throws {
    var before = stat()
    lstat(path, &before)
    chmod(path, 0o644)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let end = try handle.seekToEnd()
    try handle.seek(toOffset: end - 1)
    let byte = try handle.readToEnd()?.first ?? 0
    try handle.seek(toOffset: end - 1)
    try handle.write(contentsOf: [byte ^ 1])
    try handle.close()
    var times = [before.st_atim, before.st_mtim]
    utimensat(AT_FDCWD, path, &times, AT_SYMLINK_NOFOLLOW)
  }

  // MARK: While it is built

  @Test(arguments: FileTimes.tried)
  func anEditInTheMiddleOfARunIsSeen(times: FileTimes) throws {
    let bench = try bench(times)
    try bench.write(
      "Dockerfile", "FROM base:1\nCOPY . .\nRUN echo it started; sleep 2; cat data/labels.csv\n")
    let build = try bench.start(["build"])
    let hasStarted = eventually { build.errorsSoFar.contains("it started\n") }
    try bench.overwrite("data/labels.csv", "8\n")
    let first = try build.wait()
    #expect(hasStarted && first.succeeded && first.errors.contains("4\n"), "\(first)")
    try expectSeen(["data/labels.csv was edited"], bench)
  }

  /// What a later COPY of the same build has taken, and what the next build finds undone.
  @Test(arguments: FileTimes.tried)
  func anEditThatIsUndoneIsSeenAllTheSame(times: FileTimes) throws {
    let bench = try bench(times)
    try bench.write(
      "Dockerfile",
      "FROM base:1\nCOPY data data\nRUN echo it started; sleep 1\nCOPY . .\n")
    // From the start of a step of two seconds on, so that nothing shows the edit where times are coarse.
    while Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 2) > 0.1 { usleep(1_000) }
    try bench.write("data/labels.csv", "5\n")
    let build = try bench.start(["build"])
    let hasStarted = eventually { build.errorsSoFar.contains("it started\n") }
    try bench.overwrite("data/labels.csv", "6\n")
    let first = try build.wait()
    #expect(hasStarted && first.succeeded, "\(first)")
    try bench.overwrite("data/labels.csv", "5\n")
    try expectSeen(["files changed while it was built"], bench)
  }

  /// Edits come at any moment of the builds; what the last one left is what the next build sees.
  @Test(arguments: FileTimes.tried)
  func editsAtAnyMomentAreSeen(times: FileTimes) throws {
    let bench = try bench(times)
    try bench.write(
      "Dockerfile", "FROM base:1\nCOPY data data\nRUN true\nCOPY . .\nRUN cat data/labels.csv\n")
    try bench.does("build")
    var number = 0
    for _ in 0..<(Machine.isLong ? 20 : 2) {
      let build = try bench.start(["build"])
      while build.isRunning {
        number = (number + 1) % 10
        try bench.overwrite("data/labels.csv", "\(number)\n")
        usleep(20_000)
      }
      let result = try build.wait()
      // It may say that the file never kept still.
      #expect(result.succeeded || result.errors.contains("[context-changed]"), "\(result)")
      try expectSeen(nil, bench)
    }
  }

  /// The next build gives what a clean one gives, and the one after it has nothing to do.
  private func expectSeen(_ reasons: [String]?, _ bench: Workbench) throws {
    let built = try bench.does("build")
    for reason in reasons ?? [] { #expect(built.errors.contains("project: \(reason)"), "\(built)") }
    #expect(try bench.digest(built) == bench.cleanDigest([], bases: [(Workbench.base, [:])]))
    #expect(try bench.does("build").output.contains("up to date"))
  }
}

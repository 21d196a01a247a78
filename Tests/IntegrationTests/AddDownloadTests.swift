import FileSystem
import Foundation
import OCI
import Testing

/// ADD of addresses: what is fetched, when it is asked for again, and what pins it.
@Suite(.enabled(if: Machine.canServeFiles, "\(Machine.needsFiles)"))
struct AddDownloadTests {
  private let bench: Workbench
  private let server: FileServer
  private var address: String { server.address + "/data.txt" }

  init() throws {
    bench = try Workbench()
    try bench.importBase()
    server = try FileServer(in: bench)
    try server.write("data.txt", "one\n", time: 1_000_000)
    try bench.write("local", "local\n")
    try bench.write("Dockerfile", "FROM base:1\nADD \(server.address)/data.txt /d/\n")
  }

  private static func digest(_ text: String) -> String {
    SHA256.digest(of: Array(text.utf8)).description
  }

  @Test func whatIsFetchedIsKeptUntilItIsAskedForAgain() throws {
    #expect(try bench.buildAndRead()["d/data.txt"] == "one\n")
    try server.write("data.txt", "two\n", time: 2_000_000)
    #expect(try bench.does("build").output.contains("up to date"))
    // A closer look asks nobody either.
    try bench.write("Dockerfile", "FROM base:1\n\nADD \(address) /d/\nCOPY local /\n")
    #expect(try bench.buildAndRead()["d/data.txt"] == "one\n")
    #expect(server.requests(for: "/data.txt") == ["200"])

    let looked = try bench.does("build", "-n", "--pull")
    #expect(looked.output.contains("ADD \(address) changed: "), "\(looked)")
    #expect(try bench.does("build").output.contains("up to date"), "a look has changed something")
    let built = try bench.does("build", "--pull")
    #expect(built.errors.contains("project: ADD \(address) changed: "), "\(built)")
    #expect(try bench.does("explain", "--last").output.contains("ADD \(address)"))
    #expect(try bench.buildAndRead()["d/data.txt"] == "two\n")
    // What did not change is not sent again.
    try bench.does("build", "--pull")
    #expect(server.requests(for: "/data.txt").last == "304")
  }

  @Test func theStepFollowsFromTheContent() throws {
    let first = try bench.digest(try bench.does("build"))
    try server.write("other.txt", "one\n", time: 3_000_000)
    try bench.write("Dockerfile", "FROM base:1\nADD \(server.address)/other.txt /d/data.txt\n")
    let built = try bench.does("build")
    #expect(built.output.contains("0 of 2 steps done"), "\(built)")
    #expect(try bench.digest(built) != first, "the history has the address")
  }

  @Test func theModeIsThatOfTheReference() throws {
    try bench.write(
      "Dockerfile",
      "FROM base:1\nADD \(address) /a\nADD --chmod=755 --chown=5:6 \(address) /b\n")
    try bench.does("build", "--output", "oci:\(bench.folder)/out")
    let image = try ImageLayoutReader("\(bench.folder)/out")
    let lists = try image.layers.dropFirst().map {
      try bench.run(
        "tar", "--list", "--verbose", "--numeric-owner", "--gzip", "--file",
        "\(bench.folder)/out/blobs/sha256/\($0)"
      ).output
    }
    #expect(lists[0].contains("-rw------- 0/0"), "\(lists)")
    #expect(lists[1].contains("-rwxr-xr-x 5/6"), "\(lists)")
  }

  @Test func sourcesAreTakenInTheirOrder() throws {
    try bench.write("data.txt", "local\n")
    try bench.write("Dockerfile", "FROM base:1\nADD \(address) data.txt /a/\n")
    #expect(try bench.buildAndRead()["a/data.txt"] == "local\n")
    try bench.write("Dockerfile", "FROM base:1\nADD data.txt \(address) /a/\n")
    #expect(try bench.buildAndRead()["a/data.txt"] == "one\n")
  }

  @Test func anArchiveIsTakenApartWhereThatIsAskedFor() throws {
    let tar = "\(server.folder)/a.tar.gz"
    let made = try bench.run("tar", "--create", "--gzip", "--file", tar, "local")
    try #require(made.succeeded)
    let url = "\(server.address)/a.tar.gz"
    try bench.write("Dockerfile", "FROM base:1\nADD \(url) /a/\nADD --unpack=true \(url) /b/\n")
    let files = try bench.buildAndRead()
    #expect(files["a/a.tar.gz"] != nil && files["b/local"] == "local\n", "\(files.keys)")
  }

  @Test func aChecksumIsKept() throws {
    let sum = Self.digest("one\n")
    try bench.write("Dockerfile", "FROM base:1\nADD --checksum=\(sum) \(address) /d/\n")
    try bench.does("build")
    // Nobody is asked for what is here.
    server.stop()
    try bench.does("build", "--pull")
    #expect(try bench.does("lock").output.contains("base:1"))
    #expect(try !bench.read(".runctl.lock").contains(address), "the Dockerfile pins it")
  }

  @Test func anotherContentThanTheChecksumIsAnError() throws {
    let sum = Self.digest("two\n")
    try bench.write("Dockerfile", "FROM base:1\nADD --checksum=\(sum) \(address) /d/\n")
    let failed = try bench.runctl("build")
    #expect(failed.code == 1, "\(failed)")
    #expect(failed.errors.contains("[checksum-mismatch]"))
    #expect(failed.errors.contains(sum) && failed.errors.contains(Self.digest("one\n")))
    #expect(failed.errors.contains("Dockerfile:2:"))
  }

  @Test(arguments: [
    ("ADD {}/missing /d", 1, "the server answers 404"),
    ("ADD http://127.0.0.1:1/x /d", 1, "cannot fetch 'http://127.0.0.1:1/x'"),
    ("ADD --checksum=md5:12 {}/data.txt /d", 2, "[invalid-checksum]"),
    ("ADD --checksum=sha256:\(String(repeating: "0", count: 64)) local /d", 2, "--checksum is for"),
    ("ADD http:///x /d", 1, "[invalid-address]"),
  ])
  func whatCannotBeFetchedIsTold(_ line: String, _ code: Int32, _ text: String) throws {
    try bench.write(
      "Dockerfile", "FROM base:1\n\(line.replacing("{}", with: server.address))\n")
    let failed = try bench.runctl("build")
    #expect(failed.code == code && failed.errors.contains(text), "\(failed)")
  }

  @Test func whoIsLetInIsNotTold() throws {
    let url = address.replacing("http://", with: "http://me:hushhush@")
    try bench.write("Dockerfile", "FROM base:1\nADD \(url) /d/\n")
    for command in [["build"], ["explain"], ["history"], ["lock"], ["lock", "--check"]] {
      let result = try bench.start(command).wait()
      #expect(result.succeeded && !result.description.contains("hushhush"), "\(result)")
    }
    #expect(try bench.read(".runctl.lock").contains("//<secret>@127.0.0.1"))
    try bench.remove("Dockerfile")
    #expect(try bench.filesHolding("hushhush", below: bench.home) == [])
    #expect(try bench.filesHolding("hushhush", below: bench.project) == [])
  }

  @Test func aLockPinsTheContent() throws {
    try bench.does("build")
    try bench.does("lock")
    #expect(try bench.read(".runctl.lock").contains("checksum = \"\(Self.digest("one\n"))\""))
    try server.write("data.txt", "two\n", time: 2_000_000)
    #expect(try bench.does("build", "--pull").output.contains("up to date"))
    let drifted = try bench.runctl("build", "--locked")
    #expect(drifted.code == 5, "\(drifted)")
    #expect(drifted.errors.contains("'\(address)' has moved: "), "\(drifted)")

    // Where the content is lost, nothing else is taken for it.
    let other = try Workbench(beside: bench)
    try other.importBase()
    other.project = bench.project
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
    let failed = try other.runctl("build")
    #expect(failed.code == 1, "\(failed)")
    #expect(failed.errors.contains("runctl lock --update \(address)"), "\(failed)")

    try bench.does("lock", "--update", address)
    #expect(try bench.buildAndRead("--locked")["d/data.txt"] == "two\n")
    #expect(try other.buildAndRead("--locked")["d/data.txt"] == "two\n")
    server.stop()
    let alone = try bench.does("build", "--locked")
    #expect(alone.errors.contains("; the pin"), "\(alone)")
  }
}

import FileSystem
import Foundation
import Testing

/// What ADDs fetched: with the cache on another machine, and in the way of a prune.
@Suite(
  .enabled(
    if: Machine.canServeFiles && Machine.canServeRepositories,
    "\(Machine.needsFiles); \(Machine.needsRepositories)"))
struct SourceCarryTests {
  private let bench: Workbench
  private let files: FileServer
  private let repositories: GitServer

  init() throws {
    bench = try Workbench()
    try bench.importBase()
    files = try FileServer(in: bench)
    repositories = try GitServer(in: bench)
    // What looks like a manifest is a file nevertheless.
    try files.write("data.json", #"{"schemaVersion":2,"layers":[]}"#, time: 1_000_000)
    try repositories.commit("code.git", ["main.py": "one\n", "sub/part.py": "part\n"])
    try bench.write("local", "local\n")
    try writeDockerfile()
  }

  private func writeDockerfile(more: String = "") throws {
    try bench.write(
      "Dockerfile",
      """
      FROM base:1
      ADD \(files.address)/data.json /d/
      ADD \(repositories.address)/code.git#main:sub /src/
      COPY local /
      \(more)
      """)
  }

  private func stopServers() {
    files.stop()
    repositories.stop()
  }

  @Test(arguments: [false, true])
  func elsewhereNobodyIsAsked(isLocked: Bool) throws {
    if isLocked { try bench.does("lock") }
    let digest = try bench.digest(bench.does("build"))
    let archive = "\(bench.folder)/cache.tar"
    try bench.does("cache", "export", archive)
    stopServers()

    let other = try Workbench(project: "there/deeper")
    for name in ["Dockerfile", "local"] + (isLocked ? [".runctl.lock"] : []) {
      let text = try FileTree.read("\(bench.project)/\(name)")
      try FileTree.replace("\(other.project)/\(name)", with: text)
    }
    try other.does("cache", "import", archive)
    let build = isLocked ? try other.does("build", "--locked") : try other.does("build")
    #expect(build.output.contains("0 of "), "\(build)")
    #expect(try other.digest(build) == digest)
    #expect(try other.does("cache", "verify").output.hasPrefix("everything is right"))
    // As it came, so it goes on.
    try other.does("cache", "export", "\(other.folder)/again.tar")
    #expect(try FileTree.read("\(other.folder)/again.tar") == FileTree.read(archive))
  }

  @Test func aPruneLeavesWhatTheNewestBuildTook() throws {
    try bench.does("build")
    #expect(try bench.does("cache", "du").output.contains("download"))
    try files.write("data.json", "{}", time: 2_000_000)
    try bench.does("build", "--pull")
    let pruned = try bench.does("cache", "prune")
    // The name means the new content: the old one belongs to nobody.
    #expect(pruned.output.hasPrefix("removed "), "\(pruned)")
    #expect(try bench.does("cache", "du").output.contains("download"))
    stopServers()
    try writeDockerfile(more: "ENV A=1")
    #expect(try bench.buildAndRead()["d/data.json"] == "{}")
  }
}

import FileSystem
import Foundation
import Testing

/// A cache that goes from one machine to another.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct CacheCarryTests {
  private struct Carried {
    let bench: Workbench
    let archive: String
    let digest: String
  }

  private func exported() throws -> Carried {
    let bench = try Workbench(project: "here")
    try ExampleProject.make(in: bench)
    let digest = try bench.digest(bench.does("build", "-t", "team/train:1"))
    let archive = "\(bench.folder)/cache.tar"
    try bench.does("cache", "export", archive)
    return Carried(bench: bench, archive: archive, digest: digest)
  }

  /// Another machine: another home, another path, no network, and nothing but the sources.
  private func elsewhere() throws -> Workbench {
    let bench = try Workbench(project: "there/deeper")
    try bench.write(ExampleProject.files)
    bench.environment["https_proxy"] = "http://127.0.0.1:1"
    return bench
  }

  @Test func elsewhereEveryStepIsReused() throws {
    let carried = try exported()
    let other = try elsewhere()
    let imported = try other.does("cache", "import", carried.archive)
    #expect(imported.output.contains("added team/train:1 \(carried.digest)"))
    let build = try other.does("build")
    #expect(build.output.contains("0 of "), "\(build)")
    #expect(build.errors.contains("it was never built"))
    #expect(try other.digest(build) == carried.digest)
    #expect(try other.does("cache", "verify").output.hasPrefix("everything is right"))
    try expectSound(other)
  }

  /// What was brought is as good as what was made: the next edits give what a clean build gives.
  @Test func elsewhereTheWorkGoesOn() throws {
    let carried = try exported()
    let other = try elsewhere()
    try other.does("cache", "import", carried.archive)
    try other.write("train.py", "echo edited\n")
    let edit = try other.does("build")
    #expect(edit.output.contains("1 of "), "\(edit)")
    #expect(try other.digest(edit) == other.cleanDigest([], bases: [(Workbench.base, [:])]))
    try other.write("requirements.txt", "scipy==1.0\n")
    let digest = try other.digest(other.does("build"))
    #expect(digest == (try other.cleanDigest([], bases: [(Workbench.base, [:])])))
    // Unpacked layers of others are named by what lies below them.
    let verified = try other.does("cache", "verify")
    #expect(!verified.errors.contains("not looked into"), "\(verified)")
  }

  @Test func equalCachesGiveEqualBytes() throws {
    let carried = try exported()
    let bytes = try FileTree.read(carried.archive)
    let other = try elsewhere()
    try other.does("cache", "import", carried.archive)
    try other.does("build")
    try other.does("cache", "export", "\(other.folder)/again.tar")
    #expect(try FileTree.read("\(other.folder)/again.tar") == bytes)
    // To a pipe, too.
    let piped = try other.run(
      "sh", "-c", "'\(Machine.runctl)' cache export - >'\(other.folder)/piped.tar'")
    try #require(piped.succeeded, "\(piped)")
    #expect(try FileTree.read("\(other.folder)/piped.tar") == bytes)
  }

  @Test func nothingOfTheMachineIsInIt() throws {
    let carried = try exported()
    let bytes = Data(try FileTree.read(carried.archive))
    let host = ProcessInfo.processInfo.hostName
    // A short name is in any archive by chance.
    let hosts = host.count > 5 ? [host] : []
    for secret in [carried.bench.folder, carried.bench.project, "/here"] + hosts {
      #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(secret)")
    }
  }

  @Test func fromAPipe() throws {
    let carried = try exported()
    let other = try elsewhere()
    let result = try other.run(
      "sh", "-c", "cat '\(carried.archive)' | '\(Machine.runctl)' cache import --json -")
    try #require(result.succeeded, "\(result)")
    #expect(result.output.contains("\"outcome\" : \"added\""))
    #expect(try other.does("build").output.contains("0 of "))
  }

  @Test(.enabled(if: Machine.has("skopeo"), "skopeo is needed"))
  func otherToolsReadIt() throws {
    let carried = try exported()
    for name in ["docker.io/team/train:1", "docker.io/library/base:1"] {
      let result = try carried.bench.run(
        "skopeo", "--insecure-policy", "copy", "oci-archive:\(carried.archive):\(name)",
        "dir:\(carried.bench.folder)/copied")
      #expect(result.succeeded, "\(result)")
    }
  }

  @Test func aPartOfAnArchiveBringsNothing() throws {
    let carried = try exported()
    let bytes = try FileTree.read(carried.archive)
    let other = try elsewhere()
    for length in [0, 100, 3000, bytes.count / 3, bytes.count / 2, bytes.count - 100_000] {
      try FileTree.replace("\(other.folder)/part.tar", with: Array(bytes[..<length]))
      let result = try other.runctl("cache", "import", "\(other.folder)/part.tar")
      #expect(result.code == 1 && result.errors.contains("help:"), "\(length): \(result)")
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: other.home + "/blobs/sha256") == [])
      #expect(try other.does("images", "ls", "--quiet").output == "")
    }
    try expectSound(other)
  }

  @Test func whatWasNeverBuiltIsNotCarried() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let result = try bench.runctl("cache", "export", "\(bench.folder)/cache.tar")
    #expect(result.code == 1 && result.errors.contains("[nothing-to-export]"), "\(result)")
    #expect(!FileTree.exists("\(bench.folder)/cache.tar"))
    let unknown = try bench.runctl("cache", "export", "\(bench.folder)/cache.tar", "other")
    #expect(unknown.code == 2, "\(unknown)")
  }

  @Test func aFailedExportLeavesTheLastOne() throws {
    let carried = try exported()
    let bytes = try FileTree.read(carried.archive)
    let layers = try FileManager.default.contentsOfDirectory(
      atPath: "\(carried.bench.home)/blobs/sha256")
    for layer in layers { try carried.bench.flip(carried.bench.blob(layer), at: 0) }
    let result = try carried.bench.runctl("cache", "export", carried.archive)
    #expect(result.code != 0, "\(result)")
    #expect(try FileTree.read(carried.archive) == bytes)
    let names = try FileManager.default.contentsOfDirectory(atPath: carried.bench.folder)
    #expect(!names.contains { $0.hasSuffix(".tmp") }, "\(names)")
  }

  /// The base came from a registry, of which nothing can be asked elsewhere.
  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func aBaseOfARegistryIsCarried() throws {
    let source = try Workbench()
    let registry = try RegistryServer(in: source)
    try ExampleProject.make(in: source)
    let place = "\(registry.host)/bases:1"
    try source.does("push", "-t", place)

    let bench = try Workbench(beside: source)
    try bench.write(["Dockerfile": "FROM \(place)\nCOPY a .\nRUN cat a >b\n", "a": "1\n"])
    let digest = try bench.digest(bench.does("build"))
    try bench.does("cache", "export", "\(bench.folder)/cache.tar")

    let other = try Workbench()
    try other.write(["Dockerfile": "FROM \(place)\nCOPY a .\nRUN cat a >b\n", "a": "1\n"])
    let archive = "\(bench.folder)/cache.tar"
    registry.stop()
    let imported = try other.does("cache", "import", archive)
    #expect(imported.output.contains("added \(place)"), "\(imported)")
    let build = try other.does("build")
    #expect(build.output.contains("0 of ") && build.output.contains(digest), "\(build)")
    // It is no name that somebody gave.
    #expect(try other.does("images", "ls", "--quiet").output == "")
  }
}

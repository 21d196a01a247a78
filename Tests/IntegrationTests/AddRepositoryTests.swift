import FileSystem
import Foundation
import Testing

/// ADD of git repositories: what is fetched, what pins it, and what hostile ones cannot do.
@Suite(.enabled(if: Machine.canServeRepositories, "\(Machine.needsRepositories)"))
struct AddRepositoryTests {
  private let bench: Workbench
  private let server: GitServer
  private let first: String
  private var url: String { server.address + "/code.git" }

  init() throws {
    bench = try Workbench()
    try bench.importBase()
    server = try GitServer(in: bench)
    first = try server.commit("code.git", ["main.py": "one\n", "sub/part.py": "part\n"])
    try add("\(server.address)/code.git /src/")
  }

  private func add(_ rest: String) throws {
    try bench.write("Dockerfile", "FROM base:1\nADD \(rest)\n")
  }

  @Test func aBranchIsKeptUntilItIsAskedForAgain() throws {
    let files = try bench.buildAndRead()
    #expect(files["src/main.py"] == "one\n" && files["src/sub/part.py"] == "part\n")
    #expect(files.keys.filter { $0.contains(".git") } == [])
    let second = try server.commit("code.git", ["main.py": "two\n"])
    #expect(try bench.does("build").output.contains("up to date"))
    let built = try bench.does("build", "--pull")
    let change = "ADD \(url) changed: \(first.prefix(12)) → \(second.prefix(12))"
    #expect(built.errors.contains(change), "\(built)")
    #expect(try bench.buildAndRead()["src/main.py"] == "two\n")
  }

  @Test func refsAndDirectoriesAreChosen() throws {
    try server.git("code.git", "tag", "v1")
    try server.git(
      "code.git", "-c", "user.name=me", "-c", "user.email=me@example.com", "tag", "-a", "v1a",
      "-m", "one")
    try server.commit("code.git", ["main.py": "two\n"])
    for ref in ["v1", "v1a", first, "refs/tags/v1"] {
      try add("\(url)#\(ref) /src/")
      #expect(try bench.buildAndRead()["src/main.py"] == "one\n", "\(ref)")
    }
    try add("\(url)#main:sub /src/")
    #expect(try bench.buildAndRead().keys.filter { $0.hasPrefix("src/") } == ["src/part.py"])
    try add("--exclude=*.py \(url) /src/")
    #expect(try bench.buildAndRead()["src/main.py"] == nil)
  }

  @Test func theSameCommitGivesTheSameImageAlsoWithItsHistory() throws {
    try add("--keep-git-dir=true \(url) /src/")
    let built = try bench.digest(try bench.does("build"))
    #expect(try bench.buildAndRead()["src/.git/HEAD"] == first + "\n")
    #expect(try bench.cleanDigest([], bases: [("base:1", [:])]) == built)
  }

  @Test func submodulesComeAlong() throws {
    try server.commit("part.git", ["lib.py": "lib\n"])
    try server.git(
      "code.git", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
      "\(server.address)/part.git", "lib")
    try server.commit("code.git", ["main.py": "two\n"])
    let files = try bench.buildAndRead()
    #expect(files["src/lib/lib.py"] == "lib\n" && files["src/lib/.git"] == nil, "\(files.keys)")
  }

  /// A plain web server gives no single commits: then everything is fetched.
  @Test func aServerThatOnlyHasFilesWillDo() throws {
    let files = try FileServer(in: bench)
    let copied = try bench.run(
      "git", "clone", "--quiet", "--bare", server.path(of: "code.git"),
      "\(files.folder)/plain.git")
    try #require(copied.succeeded, "\(copied)")
    let updated = try bench.run("git", "-C", "\(files.folder)/plain.git", "update-server-info")
    try #require(updated.succeeded)
    try add("\(files.address)/plain.git /src/")
    #expect(try bench.buildAndRead()["src/main.py"] == "one\n")
  }

  @Test func aLockPinsTheCommit() throws {
    try bench.does("lock")
    let lock = try bench.read(".runctl.lock")
    #expect(lock.contains("[[git]]") && lock.contains("commit = \"\(first)\""), "\(lock)")
    let second = try server.commit("code.git", ["main.py": "two\n"])
    #expect(try bench.buildAndRead("--pull")["src/main.py"] == "one\n")
    let drifted = try bench.runctl("build", "--locked")
    #expect(drifted.code == 5, "\(drifted)")
    let change = "'\(url)' has moved: \(first.prefix(12)) → \(second.prefix(12)) (pinned 20"
    #expect(drifted.errors.contains(change), "\(drifted)")
    // An empty store takes the pinned commit, too.
    try FileTree.remove(bench.home)
    try bench.importBase()
    #expect(try bench.buildAndRead()["src/main.py"] == "one\n")
    try bench.does("lock", "--update", url)
    #expect(try bench.buildAndRead("--locked")["src/main.py"] == "two\n")
    server.stop()
    #expect(try bench.does("build", "--locked").errors.contains("; the pin"))
  }

  @Test(arguments: [
    ("#--upload-pack=touch$IFS/tmp/x", 2, "[invalid-git-ref]"),
    ("#-x", 2, "[invalid-git-ref]"), ("#a..b", 2, "[invalid-git-ref]"),
    ("#main:../..", 2, "[invalid-git-ref]"), ("#main:missing", 1, "has no directory 'missing'"),
    ("#main:.git", 1, "has no directory '.git'"), ("#main:out", 1, "has no directory 'out'"),
    ("#nowhere", 1, "has no branch or tag 'nowhere'"),
    ("#0123456789012345678901234567890123456789", 1, "has no commit 0123"),
  ])
  func hostileAndMistakenRefsAreTold(_ fragment: String, _ code: Int32, _ text: String) throws {
    // A link that leads out of the repository.
    symlink("/etc", "\(server.path(of: "code.git"))/out")
    try server.commit("code.git", ["main.py": "two\n"])
    try add("\(url)\(fragment) /src/")
    let failed = try bench.runctl("build")
    #expect(failed.code == code && failed.errors.contains(text), "\(failed)")
  }

  /// A submodule must not run programs, nor reach into this machine.
  @Test(arguments: ["ext::sh -c touch% MARK", "/etc", "file:///etc"])
  func aHostileSubmoduleIsRefused(_ place: String) throws {
    let mark = "\(bench.folder)/mark"
    let commit = try server.commit("part.git", ["lib.py": "lib\n"])
    let address = place.replacing("MARK", with: mark)
    try server.git(
      "code.git", "update-index", "--add", "--cacheinfo", "160000,\(commit),lib")
    try server.commit(
      "code.git",
      [".gitmodules": "[submodule \"lib\"]\n\tpath = lib\n\turl = \"\(address)\"\n"])
    // Adding all has dropped what is no folder here.
    try server.git(
      "code.git", "update-index", "--add", "--cacheinfo", "160000,\(commit),lib")
    try server.git(
      "code.git", "-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet",
      "--message", "module")
    let failed = try bench.runctl("build")
    #expect(failed.code == 1 && failed.errors.contains("[git-failed]"), "\(failed)")
    #expect(!FileTree.exists(mark))
  }

  @Test func hooksAndSettingsOfThePersonDoNotCount() throws {
    let mark = "\(bench.folder)/mark"
    let hooks = "\(bench.folder)/hooks"
    try FileTree.makeDirectories(hooks)
    try FileTree.replace(
      "\(hooks)/post-checkout", with: Array("#!/bin/sh\ntouch \(mark)\n".utf8),
      permissions: 0o755)
    try FileTree.replace(
      "\(bench.folder)/.gitconfig",
      with: Array("[core]\n\thooksPath = \(hooks)\n\tautocrlf = true\n".utf8))
    #expect(try bench.buildAndRead()["src/main.py"] == "one\n")
    #expect(!FileTree.exists(mark))
  }

  @Test func withoutGitThatIsTold() throws {
    bench.environment["PATH"] = "/nonexistent"
    let failed = try Program(
      [Machine.runctl, "build"], environment: bench.variables, directory: bench.project,
      scratch: bench.folder
    ).wait()
    #expect(failed.code == 1 && failed.errors.contains("[git-missing]"), "\(failed)")
  }
}

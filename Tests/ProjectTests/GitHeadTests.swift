import FileSystem
import Glibc
import Testing

@testable import Project

struct GitHeadTests {
  private static let hasGit = system("git --version >/dev/null 2>&1") == 0
  private static let commit = String(repeating: "a1", count: 20)

  @Test func outsideARepositoryThereIsNone() throws {
    // A repository above the temporary directory would be found, rightly.
    let scratch = try ScratchDirectory()
    let outer = try GitHead.read(in: FileTree.parentPath(of: scratch.path))
    #expect(try GitHead.read(in: scratch.path) == outer)
  }

  @Test(
    arguments: [
      ("ref: refs/heads/main\n", "main", commit), ("\(commit)\n", nil, commit),
      ("ref: refs/heads/feature/x\n", "feature/x", commit), ("ref: refs/heads/none\n", "none", nil),
      ("ref: ../../../etc/passwd\n", nil, nil), ("ref: refs/../../HEAD\n", nil, nil),
      ("rubbish\n", nil, nil), ("ref: refs/heads/loop\n", "loop", nil), ("", nil, nil),
    ] as [(String, String?, String?)])
  func headIsFollowed(_ head: String, _ branch: String?, _ commit: String?) throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".git/HEAD", head)
    try scratch.write(".git/refs/heads/main", Self.commit + "\n")
    try scratch.write(".git/refs/heads/loop", "ref: refs/heads/loop\n")
    try scratch.write(
      ".git/packed-refs",
      "# pack-refs with: peeled fully-peeled sorted\n\(Self.commit) refs/heads/feature/x\n")
    let found = try #require(try GitHead.read(in: scratch.makeDirectory("sub/folder")))
    #expect(found.branch == branch)
    #expect(found.commit == commit)
    #expect(found.files.first == "\(scratch.path)/.git/HEAD")
  }

  @Test(.enabled(if: hasGit, "git is not installed"))
  func gitItselfAgrees() throws {
    let scratch = try ScratchDirectory()
    let git = "git -c user.name=n -c user.email=e@example.com -c init.defaultBranch=main"
    #expect(scratch.run("\(git) init . && \(git) commit --allow-empty -m one"))
    let before = try #require(try GitHead.read(in: scratch.path))
    #expect(scratch.run("test $(git rev-parse HEAD) = \(before.commit ?? "")"))
    #expect(scratch.run("git pack-refs --all"))
    #expect(try GitHead.read(in: scratch.path)?.commit == before.commit)
    #expect(scratch.run("\(git) commit --allow-empty -m two && git checkout -b other"))
    let after = try #require(try GitHead.read(in: scratch.path))
    #expect(after.branch == "other")
    #expect(scratch.run("test $(git rev-parse HEAD) = \(after.commit ?? "")"))
  }

  @Test(.enabled(if: hasGit, "git is not installed"))
  func aFurtherWorkTreeHasItsOwnHead() throws {
    let scratch = try ScratchDirectory()
    let git = "git -c user.name=n -c user.email=e@example.com -c init.defaultBranch=main"
    #expect(scratch.run("\(git) init a && cd a && \(git) commit --allow-empty -m one"))
    #expect(scratch.run("cd a && git worktree add -b side ../b"))
    #expect(scratch.run("cd b && \(git) commit --allow-empty -m two"))
    let head = try #require(try GitHead.read(in: scratch.path + "/b"))
    #expect(head.branch == "side")
    #expect(scratch.run("cd b && test $(git rev-parse HEAD) = \(head.commit ?? "")"))
  }
}

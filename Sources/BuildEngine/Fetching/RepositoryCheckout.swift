import BuildPlan
import ContextScan
import Diagnostics
import FileSystem
import Glibc
import LayerArchive
import OCI
import Processes

/// The files of one commit of a repository elsewhere, with those of its submodules.
struct RepositoryCheckout {
  let git: GitProgram
  let source: RepositorySource
  let commit: GitCommit

  /// Fetches the files and packs them: the same commit always gives the same bytes.
  func pack(into blobs: any ContentStore) throws -> (digest: Digest, size: Int64) {
    try fetch()
    try git.run("checkout", "--quiet", "--force", "--detach", commit.hex)
    if FileTree.exists(git.directory + "/.gitmodules") {
      try git.run("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
    }
    if source.keepsGitDirectory { try settleGitDirectory() }
    return try write(entries(), into: blobs)
  }

  /// The one commit where the server gives it by its name, else everything.
  private func fetch() throws {
    let single = try git.attempt([
      "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "origin", commit.hex,
    ])
    if single.status.isSuccess { return }
    try git.run(
      "fetch", "--quiet", "--no-recurse-submodules", "origin",
      "+refs/heads/*:refs/remotes/origin/*",
      "+refs/tags/*:refs/tags/*")
    let found = try git.attempt(["cat-file", "-e", commit.hex + "^{commit}"])
    guard found.status.isSuccess else {
      throw RepositoryError.noSuchCommit(url: SecretAddress.masked(source.url), commit: commit)
    }
  }

  /// Of what git keeps, only what follows from the commit stays: no times, and no password.
  private func settleGitDirectory() throws {
    let directory = git.directory + "/.git"
    for name in [
      "FETCH_HEAD", "ORIG_HEAD", "logs", "modules", "config", "index", "packed-refs", "shallow",
      "refs/heads", "refs/remotes", "refs/tags",
    ] { try FileTree.remove("\(directory)/\(name)") }
    for (key, value) in [
      ("core.repositoryformatversion", "0"), ("core.filemode", "true"), ("core.bare", "false"),
      ("remote.origin.url", SecretAddress.masked(source.url).replacing("<secret>@", with: "")),
      ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
    ] { try git.run("config", "--file", "\(directory)/config", key, value) }
    // Some servers give one commit, others all of them, each packed in its own way.
    try FileTree.replace(directory + "/shallow", with: Array((commit.hex + "\n").utf8))
    try git.run("repack", "-a", "-d", "-f", "-n", "--quiet", "--threads=1")
    try git.run("prune", "--expire=now")
    // Without the files' times, which git would write down.
    try git.run("read-tree", commit.hex)
  }

  // MARK: Packing

  private func entries() throws -> [LayerEntry] {
    guard try isDirectory else {
      throw RepositoryError.noSuchDirectory(
        url: SecretAddress.masked(source.url), directory: source.directory)
    }
    var entries: [LayerEntry] = []
    try add(root, at: .root, to: &entries)
    return entries.sorted { $0.path < $1.path }
  }

  private var root: String {
    git.directory + (source.directory.isRoot ? "" : source.directory.description)
  }

  /// A link on the way could lead out of the repository.
  private var isDirectory: Bool {
    get throws {
      try (source.directory.ancestors + [source.directory]).allSatisfy { path in
        try FileStatus.of(git.directory + path.description, followLink: false)?.kind == .directory
          && path.name != Array(".git".utf8)
      }
    }
  }

  private func add(
    _ directory: String, at path: TreePath, to entries: inout [LayerEntry]
  ) throws {
    for found in try Directory.entries(of: directory) {
      let name = found.name
      if name == Array(".git".utf8), !(source.keepsGitDirectory && path.isRoot) { continue }
      let place = path.appending(name: name)
      let file = directory + "/" + String(decoding: name, as: UTF8.self)
      guard let status = try FileStatus.of(file, followLink: false) else {
        throw FileError("read", file, errno: ENOENT)
      }
      // As git keeps modes: whether somebody may execute it, and nothing else.
      switch status.kind {
      case .directory:
        entries.append(LayerEntry(path: place, kind: .directory, permissions: 0o755))
        try add(file, at: place, to: &entries)
      case .symlink:
        var link = LayerEntry(path: place, kind: .symlink, permissions: 0o777)
        link.link = try FileTree.linkTarget(of: file)
        entries.append(link)
      default:
        let isExecutable = status.permissions & 0o100 != 0
        var entry = LayerEntry(
          path: place, kind: .file, permissions: isExecutable ? 0o755 : 0o644)
        entry.size = status.size
        entries.append(entry)
      }
    }
  }

  private func write(
    _ entries: [LayerEntry], into blobs: any ContentStore
  ) throws -> (digest: Digest, size: Int64) {
    let writer = LayerWriter(into: try blobs.writer(), epoch: LayerWriter.epoch)
    for entry in entries {
      try writer.append(
        entry, content: entry.kind == .file ? .file(path: root + entry.path.description) : .none)
    }
    let layer = try writer.finish()
    return (layer.descriptor.digest, layer.descriptor.size)
  }
}

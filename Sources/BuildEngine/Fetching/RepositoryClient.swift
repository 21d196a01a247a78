import BuildPlan
import Diagnostics
import FileSystem
import OCI
import Storage

/// Git repositories elsewhere, and what the store knows of them.
struct RepositoryClient: Sendable {
  let services: BuildServices
  let environment: [String: String]

  // MARK: Names

  /// The commit that a ref meant when it was last asked for.
  func known(_ source: RepositorySource) throws -> GitCommit? {
    try services.store.sources.record(of: SourceName(refOf: source).text).flatMap {
      GitCommit($0.mark)
    }
  }

  func remember(_ commit: GitCommit, for source: RepositorySource) throws {
    try services.store.sources.set(
      SourceName(refOf: source).text, to: SourceRecord(mark: commit.hex))
  }

  /// The commit that a ref means now.
  func ask(_ source: RepositorySource) throws -> GitCommit {
    services.events(.asking(SecretAddress.masked(source.url)))
    return try withGit(source) { git in
      guard let commit = RemoteRefs(try git.run("ls-remote", "origin")).commit(of: source.ref)
      else {
        throw RepositoryError.noSuchRef(
          url: SecretAddress.masked(source.url), ref: SecretAddress.masked(source.ref))
      }
      return commit
    }
  }

  // MARK: Files

  /// The files of a commit, packed as a layer that is in the store.
  func tree(
    of source: RepositorySource, at commit: GitCommit
  ) throws -> (digest: Digest, size: Int64) {
    let (store, shown) = (services.store, SecretAddress.masked(source.url))
    let name = SourceName(treeOf: source, at: commit).text
    if let record = try store.sources.record(of: name), let digest = record.content,
      try store.blobs.size(of: digest) != nil
    {
      return (digest, record.size)
    }
    let start = ContinuousClock.now
    services.events(.downloading(shown))
    let packed = try withGit(source) { git in
      try RepositoryCheckout(git: git, source: source, commit: commit).pack(into: store.blobs)
    }
    try store.sources.set(
      name, to: SourceRecord(content: packed.digest, size: packed.size, mark: commit.hex))
    services.events(.downloaded(shown, bytes: packed.size, duration: .now - start))
    return packed
  }

  private func withGit<Result>(
    _ source: RepositorySource, _ body: (GitProgram) throws -> Result
  ) throws -> Result {
    let directory = try services.store.makeTemporaryDirectory("git")
    defer { try? FileTree.remove(directory) }
    return try body(
      GitProgram(
        in: directory, origin: source.url, environment: environment, services.interruption))
  }
}

/// What `git ls-remote` prints: the refs of a repository, and what they name.
struct RemoteRefs {
  private let commits: [String: GitCommit]

  init(_ text: String) {
    var commits: [String: GitCommit] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "\t", maxSplits: 1)
      guard parts.count == 2, let commit = GitCommit(parts[0]) else { continue }
      commits[String(parts[1])] = commit
    }
    self.commits = commits
  }

  /// A branch goes before a tag of the same name, as git itself and the reference have it; of an
  /// annotated tag it is the commit that counts.
  func commit(of ref: String) -> GitCommit? {
    if ref.isEmpty { return commits["HEAD"] }
    let bare = ref.hasPrefix("refs/") ? ref : "refs/" + ref
    for name in ["refs/heads/" + ref, "refs/tags/" + ref, bare] {
      if let commit = commits[name + "^{}"] ?? commits[name] { return commit }
    }
    return nil
  }
}

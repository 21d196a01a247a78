import BuildPlan
import Diagnostics
import OCI

/// What the store knows sources by, without what lets anybody in.
enum SourceName: Hashable {
  case download(url: String)
  /// What a ref of a repository means: a commit.
  case ref(RepositoryName)
  /// The files of a commit.
  case tree(url: String, GitCommit, keepsGitDirectory: Bool, TreePath)

  init(_ source: DownloadSource) { self = .download(url: SecretAddress.masked(source.url)) }

  init(refOf source: RepositorySource) {
    self = .ref(RepositoryName(url: source.url, ref: source.ref))
  }

  init(treeOf source: RepositorySource, at commit: GitCommit) {
    self = .tree(
      url: SecretAddress.masked(source.url), commit,
      keepsGitDirectory: source.keepsGitDirectory, source.directory)
  }

  var text: String {
    switch self {
    case .download(let url): "download \(url)"
    case .ref(let name): "ref \(name.url)#\(name.ref)"
    case .tree(let url, let commit, let keepsGitDirectory, let directory):
      "tree \(url) \(commit) \(keepsGitDirectory ? "with" : "without") .git \(directory)"
    }
  }

  /// - Returns: nil for what no ADD can have, and for what would let somebody in.
  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, let name = Self.name(parts[0], parts[1]), name.text == text,
      !SecretAddress.isIn(text)
    else { return nil }
    self = name
  }

  private static func name(_ kind: String, _ rest: String) -> SourceName? {
    let words = rest.split(separator: " ", maxSplits: 4).map(String.init)
    switch (kind, RemoteSource(address: kind == "tree" ? words.first ?? "" : rest)) {
    case ("download", .download(let source)?): return SourceName(source)
    case ("ref", .repository(let source)?): return SourceName(refOf: source)
    case ("tree", .repository(let source)?):
      guard words.count == 5, let commit = GitCommit(words[1]) else { return nil }
      return .tree(
        url: source.url, commit, keepsGitDirectory: words[2] == "with", TreePath(words[4]))
    default: return nil
    }
  }
}

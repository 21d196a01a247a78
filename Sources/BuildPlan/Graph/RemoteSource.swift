package import Diagnostics
package import OCI

/// What an ADD takes from another machine, as the Dockerfile names it.
package enum RemoteSource: Sendable, Hashable {
  case download(DownloadSource)
  case repository(RepositorySource)

  /// As people write it, without what lets somebody in.
  package var shown: String {
    switch self {
    case .download(let download): SecretAddress.masked(download.url)
    case .repository(let repository): repository.shown
    }
  }
}

/// A file at an `http` or `https` address.
package struct DownloadSource: Sendable, Hashable {
  package let url: String
  /// What its content must be, when the Dockerfile says.
  package let checksum: Digest?

  package init(url: String, checksum: Digest? = nil) {
    self.url = url
    self.checksum = checksum
  }

  /// What the file is called in a directory: the end of the address's path.
  var fileName: String {
    let rest = url.ranges(of: "://").first.map { url[$0.upperBound...] } ?? url[...]
    let path = rest.prefix { $0 != "?" && $0 != "#" }
    guard path.contains("/"), let last = path.split(separator: "/").dropFirst().last else {
      return Self.unnamed
    }
    let name = PercentText.decoded(last)
    // A name that is no name of a file could lead anywhere.
    let isName =
      !name.isEmpty && name != "." && name != ".." && !name.contains { "/\0".contains($0) }
    return isName ? name : Self.unnamed
  }

  /// As the reference names it.
  private static let unnamed = "__unnamed__"
}

/// The files of a git repository at one commit.
package struct RepositorySource: Sendable, Hashable {
  /// What git takes.
  package let url: String
  /// A branch, a tag or a whole commit; empty is what HEAD names.
  package let ref: String
  /// What of it is taken.
  package let directory: TreePath
  package let keepsGitDirectory: Bool
  /// What the commit must be, when the Dockerfile says.
  package let checksum: GitCommit?

  package var shown: String {
    let fragment =
      (ref.isEmpty ? "" : ref) + (directory.isRoot ? "" : ":" + directory.description.dropFirst())
    return SecretAddress.masked(url) + (fragment.isEmpty ? "" : "#" + fragment)
  }
}

/// What was found behind a ``RemoteSource``: content that is in the store.
package enum ResolvedSource: Sendable, Hashable {
  /// Size in bytes.
  case file(Digest, size: Int64)
  /// - archive: The files, packed as a layer.
  case tree(GitCommit, archive: Digest, size: Int64)

  /// What the store has of it.
  package var content: Digest {
    switch self {
    case .file(let digest, _), .tree(_, archive: let digest, _): digest
    }
  }

  /// Stands for it among the inputs of an image.
  package var identity: String {
    switch self {
    case .file(let digest, _): digest.description
    case .tree(let commit, _, _): commit.hex
    }
  }
}

/// Something that an ADD takes from elsewhere, and its place among the sources.
package struct RemoteFile: Sendable {
  package let source: RemoteSource
  /// How many patterns stand before it.
  package let position: Int
  /// Whether an archive is taken apart.
  package let unpacks: Bool
  package let span: SourceSpan

  /// What a file is called when it goes into a directory.
  package var name: String {
    switch source {
    case .download(let download): download.fileName
    case .repository: ""
    }
  }
}

extension BuildPlan {
  /// All that has to be fetched, each once, in order, and where it stands first.
  package var remoteFiles: [RemoteFile] {
    var seen: Set<RemoteSource> = []
    return steps.flatMap { step -> [RemoteFile] in
      if case .copy(let copy) = step.operation { copy.remotes } else { [] }
    }.filter { seen.insert($0.source).inserted }
  }
}

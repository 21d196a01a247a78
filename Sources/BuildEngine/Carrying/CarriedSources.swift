import BuildPlan
import OCI
import Storage

/// What the store knows of the sources of ADDs that go into an archive.
struct CarriedSources {
  private(set) var sources: [CacheArchive.Source] = []
  /// With their sizes.
  private(set) var contents: [Digest: Int64] = [:]

  init(_ images: [CarriedImage], of store: Store) throws {
    var names: Set<SourceName> = []
    for source in images.flatMap(\.sources) {
      // What is pinned need not be what the name meant last.
      if let content = Digest(source.meaning) {
        contents[content] = try store.blobs.size(of: content)
      }
      names.formUnion(Self.names(source))
    }
    for name in names.sorted(by: { $0.text < $1.text }) {
      guard SourceName(name.text) == name, let record = try store.sources.record(of: name.text)
      else { continue }
      if let content = record.content {
        guard try store.blobs.size(of: content) == record.size else { continue }
        contents[content] = record.size
      }
      let source = CacheArchive.Source(
        name: name.text, content: record.content, size: record.size, mark: record.mark)
      if source.isRight { sources.append(source) }
    }
  }

  /// From the address to the files.
  private static func names(_ source: CarriedImage.Source) -> [SourceName] {
    switch RemoteSource(address: source.address) {
    case .download(let download)?: return [SourceName(download)]
    case .repository(let repository)?:
      guard let commit = GitCommit(source.meaning) else { return [] }
      let url = RepositoryName(url: repository.url, ref: repository.ref).url
      return [SourceName(refOf: repository)]
        + [true, false].map {
          .tree(url: url, commit, keepsGitDirectory: $0, repository.directory)
        }
    case nil: return []
    }
  }
}

import OCI
import Storage

/// What ADDs fetched, in an archive: the names, and the contents as parts beside them.
extension CacheArchive {
  static let sourcesType = MediaType(rawValue: "application/vnd.runctl.cache.sources.v1+json")
  /// Of a content.
  static let sourceType = MediaType(rawValue: "application/vnd.runctl.cache.source.v1")

  struct Sources: Codable {
    var sources: [Source]
  }

  struct Source: Codable {
    let name: String
    /// nil where the name only means a commit.
    let content: Digest?
    /// In bytes.
    let size: Int64
    let mark: String

    var record: SourceRecord { SourceRecord(content: content, size: size, mark: mark) }

    /// Whether this is what the store would have noted.
    var isRight: Bool {
      switch SourceName(name) {
      case .download:
        // It goes into the header of a request.
        content != nil && mark.utf8.count <= 4096
          && mark.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
      case .ref: content == nil && size == 0 && GitCommit(mark) != nil
      case .tree(_, let commit, _, _): content != nil && mark == commit.hex
      case nil: false
      }
    }
  }
}

/// The identity of a set of files: their paths, types, permissions, owners, links, extended
/// attributes and contents; never their times, inodes or where they came from.
package struct TreeDigest: Sendable {
  private var hash = SHA256()
  private var buffer: [UInt8] = []

  package init() {
    hash.update(Array("runctl tree 1\n".utf8))
  }

  /// - Parameter entry: In order of path; every regular file with the digest of its content.
  package mutating func add(_ entry: LayerEntry) {
    buffer.removeAll(keepingCapacity: true)
    entry.encode(into: &buffer)
    hash.update(buffer)
  }

  package consuming func finalize() -> Digest { hash.finalize() }

  /// Of the entries of an index.
  package static func digest(of index: LayerIndex) -> Digest {
    var digest = TreeDigest()
    index.withRecords { digest.hash.update($0) }
    return digest.finalize()
  }

  package static func digest(of entries: some Sequence<LayerEntry>) -> Digest {
    var digest = TreeDigest()
    for entry in entries { digest.add(entry) }
    return digest.finalize()
  }
}

import FileSystem
import LayerArchive
import OCI
package import Storage

/// What an export has written.
package struct ExportReport: Sendable {
  package let images: Int
  package let steps: Int
  package let layers: Int
  /// Of the archive, in bytes.
  package let size: Int64
}

/// Puts what images need into an archive.
package struct CacheExporter: Sendable {
  private let store: Store
  private let progress: @Sendable (ByteProgress) throws -> Void

  /// - Parameter progress: Told how far it is, and may throw to end it.
  package init(_ store: Store, progress: @escaping @Sendable (ByteProgress) throws -> Void) {
    (self.store, self.progress) = (store, progress)
  }

  /// - Parameter sink: Takes the archive, piece by piece.
  /// - Throws: ``CarryError``; `StorageError` for content that turns out to be damaged.
  package func export(
    _ images: [CarriedImage], to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) throws -> ExportReport {
    let selection = try CacheSelection(images, of: store)
    let documents = Set(selection.made.keys).union(selection.documents.keys)
    let large = selection.layers.merging(selection.sources.contents) { layer, _ in layer }
      .filter { !documents.contains($0.key) }
    let total = large.values.reduce(0, +)
    var written: Int64 = 0
    let writer = ArchiveWriter { bytes in
      try sink(bytes)
      written += Int64(bytes.count)
      try progress(ByteProgress(done: written, total: max(total, written)))
    }
    try writer.addFile(CacheArchive.layoutName, CacheArchive.layout)
    try writer.addFile(
      CacheArchive.indexName, CanonicalJSON.encode(ImageIndex(manifests: selection.manifests)))
    try writer.addDirectory("blobs")
    try writer.addDirectory(CacheArchive.blobFolder)
    for digest in documents.sorted() {
      try writer.addFile(name(of: digest), selection.made[digest] ?? store.blobs.read(digest))
    }
    for (digest, size) in large.sorted(by: { $0.key < $1.key }) {
      try add(digest, size, to: writer)
    }
    try writer.finish()
    return ExportReport(
      images: Set(selection.manifests.map(\.digest)).count - 1, steps: selection.steps.count,
      layers: selection.layers.count, size: written)
  }

  private func name(of digest: Digest) -> String { "\(CacheArchive.blobFolder)/\(digest.hex)" }

  private func add(_ digest: Digest, _ size: Int64, to writer: ArchiveWriter) throws {
    let blob = try store.blobs.reader(of: digest)
    var hash = SHA256()
    let content = FileContent.reader { offset, buffer in
      let count = try blob.read(at: offset, into: buffer)
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      return count
    }
    try writer.addFile(name(of: digest), size: size, content: content)
    guard hash.finalize() == digest else { throw StorageError.damagedBlob(digest) }
  }
}

import FileSystem
import LayerArchive
package import OCI
package import Storage

/// Makes an image of one layer from a root file system in a tar file.
package enum RootImport {
  /// - Parameters:
  ///   - path: A tar file, compressed by gzip, zstd or not at all.
  ///   - epoch: When the image was created, in seconds since 1970-01-01T00:00:00Z.
  /// - Returns: The manifest, in the store; it has no name yet.
  /// - Throws: `ArchiveError` when the file is no tar file, or a hostile one.
  package static func run(
    _ path: String, platform: Platform, epoch: Int64, into store: Store
  ) throws -> Descriptor {
    let layer = try self.layer(path, store)
    var config = ImageConfig(platform: platform)
    config.created = Timestamp.rfc3339(epoch)
    config.rootFS = .init(diffIDs: [layer.diffID])
    config.config?.environment = [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    ]
    config.history = [
      .init(
        created: config.created, createdBy: "runctl images import", comment: nil,
        emptyLayer: false)
    ]
    let configBytes = try CanonicalJSON.encode(config)
    let configDescriptor = Descriptor(
      mediaType: .imageConfig, digest: try store.blobs.write(configBytes),
      size: Int64(configBytes.count))
    let manifest = try CanonicalJSON.encode(
      ImageManifest(config: configDescriptor, layers: [layer.descriptor]))
    return Descriptor(
      mediaType: .imageManifest, digest: try store.blobs.write(manifest),
      size: Int64(manifest.count), platform: platform)
  }

  private static func layer(_ path: String, _ store: Store) throws -> StoredLayer {
    let file = try File.open(path)
    let writer = try store.blobs.writer()
    let descriptor: Descriptor
    if let type = try compressedType(file) {
      descriptor = try copy(file, type, into: writer)
    } else {
      descriptor = try TarCompression.gzip({ try file.read(into: $0) }, into: writer).descriptor
    }
    // Reading it back tells what is in it, and that it is a tar file at all.
    let read = try LayerReader.read(
      store.blobs.reader(of: descriptor.digest), mediaType: descriptor.mediaType,
      base: RootTree(layers: []))
    let layer = StoredLayer(diffID: read.diffID, descriptor: descriptor, isOwn: false)
    try store.layers.add(layer, index: read.index)
    return layer
  }

  private static func copy(
    _ file: borrowing File, _ type: MediaType, into writer: any BlobWriter
  ) throws -> Descriptor {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { break }
      try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    let (digest, size) = try writer.commit(expecting: nil)
    return Descriptor(mediaType: type, digest: digest, size: size)
  }

  /// By the first bytes (RFC 1952, RFC 8878); nil when the tar stream is not compressed.
  private static func compressedType(_ file: borrowing File) throws -> MediaType? {
    var head: [UInt8] = [0, 0, 0, 0]
    let count = try head.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    if head.prefix(count).starts(with: [0x1f, 0x8b]) { return .layerGzip }
    return head.prefix(count).starts(with: [0x28, 0xb5, 0x2f, 0xfd]) ? .layerZstd : nil
  }
}

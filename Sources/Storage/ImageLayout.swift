import FileSystem
package import OCI

/// A directory in the form that other tools read and write.
///
/// Source: OCI image-spec v1.1, `image-layout.md`.
package struct ImageLayout: Sendable {
  package let root: String
  package let blobs: BlobDirectory

  private init(root: String) {
    self.root = root
    blobs = BlobDirectory(directory: root + "/blobs/sha256", temporary: root + "/blobs")
  }

  package static func open(_ root: String) throws -> ImageLayout {
    guard FileTree.exists(root + "/oci-layout") else {
      throw StorageError.notALayout(path: root, reason: "there is no file 'oci-layout' in it")
    }
    return ImageLayout(root: root)
  }

  /// Makes the directory; what is in one that exists already stays.
  package static func create(_ root: String) throws -> ImageLayout {
    try FileTree.makeDirectories(root + "/blobs/sha256")
    try FileTree.replace(root + "/oci-layout", with: marker)
    return ImageLayout(root: root)
  }

  static let marker = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)

  package func manifests() throws -> [Descriptor] {
    let bytes = try FileTree.read(root + "/index.json")
    do {
      return try CanonicalJSON.decode(ImageIndex.self, from: bytes).manifests
    } catch {
      throw StorageError.notALayout(path: root, reason: "its 'index.json' cannot be read")
    }
  }

  /// Replaces the list of what the layout holds.
  package func setManifests(_ manifests: [Descriptor]) throws {
    try FileTree.replace(root + "/index.json", with: Self.encode(manifests))
  }

  static func encode(_ manifests: [Descriptor]) throws -> [UInt8] {
    try CanonicalJSON.encode(ImageIndex(manifests: manifests))
  }

  /// Copies a manifest and all that it names from `source`; what is here already is not copied.
  package func copy(_ manifest: Descriptor, from source: some ContentStore) throws {
    let bytes = try source.read(manifest.digest)
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: bytes)
    for part in [parsed.config] + parsed.layers where try blobs.size(of: part.digest) == nil {
      try copyBlob(part.digest, from: source)
    }
    try blobs.write(bytes)
  }

  private func copyBlob(_ digest: Digest, from source: some ContentStore) throws {
    let blob = try source.reader(of: digest)
    let copy = try blobs.writer()
    var offset: Int64 = 0
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      while true {
        let count = try blob.read(at: offset, into: buffer)
        if count == 0 { break }
        try copy.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
      }
    }
    do {
      _ = try copy.commit(expecting: digest)
    } catch is ContentError { throw StorageError.damagedBlob(digest) }
  }
}

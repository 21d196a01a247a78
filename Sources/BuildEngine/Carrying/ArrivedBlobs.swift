import FileSystem
import LayerArchive
import OCI
import Storage

/// What an archive has brought, apart from the store until all of it is there and right.
struct ArrivedBlobs {
  let store: Store
  /// In the process's own part of the store's `tmp/`; holds complete blobs only.
  private let folder: BlobDirectory
  private let directory: String
  private(set) var index: [UInt8]?
  private(set) var layout: [UInt8]?
  /// In the archive, whether they were in the store before or not.
  private var seen: Set<Digest> = []
  private(set) var brought: [Digest: Int64] = [:]

  init(_ store: Store, in directory: String) {
    (self.store, self.directory) = (store, directory)
    folder = BlobDirectory(directory: directory, temporary: directory)
  }

  /// Takes one file of the archive.
  mutating func take(_ name: String, _ size: Int64, _ content: ArchiveReader.Content) throws {
    switch name {
    case CacheArchive.layoutName:
      if layout != nil { throw CarryError.repeatedEntry(name) }
      layout = try Self.document(name, size, limit: 1 << 16, content)
    case CacheArchive.indexName:
      if index != nil { throw CarryError.repeatedEntry(name) }
      index = try Self.document(name, size, limit: CacheArchive.documentLimit, content)
    default:
      let prefix = CacheArchive.blobFolder + "/"
      guard name.hasPrefix(prefix), let digest = Digest(hex: name.dropFirst(prefix.count)) else {
        throw CarryError.unexpectedEntry(name)
      }
      guard seen.insert(digest).inserted else { throw CarryError.repeatedEntry(name) }
      try take(digest, size, content)
    }
  }

  private static func document(
    _ name: String, _ size: Int64, limit: Int64, _ content: ArchiveReader.Content
  ) throws -> [UInt8] {
    guard size <= limit else { throw CarryError.notACache(reason: "'\(name)' is too large") }
    var bytes: [UInt8] = []
    _ = try content { bytes.append(contentsOf: $0) }
    return bytes
  }

  private mutating func take(
    _ digest: Digest, _ size: Int64, _ content: ArchiveReader.Content
  ) throws {
    // What the store has was read when it came, and need not come twice.
    if try store.blobs.size(of: digest) == size { return }
    let arriving = "\(directory)/arriving"
    let file = try File.create(arriving)
    guard try content({ try file.write($0) }) == digest else {
      throw CarryError.wrongContent(digest)
    }
    try FileTree.rename(arriving, to: folder.path(of: digest))
    brought[digest] = size
  }

  // MARK: Looking

  /// - Throws: ``CarryError`` when the archive did not bring what a descriptor says.
  func check(_ descriptor: Descriptor) throws {
    let size = try brought[descriptor.digest] ?? store.blobs.size(of: descriptor.digest)
    guard seen.contains(descriptor.digest), let size else {
      throw CarryError.missingContent(descriptor.digest)
    }
    guard size == descriptor.size else {
      throw CarryError.wrongSize(descriptor.digest, expected: descriptor.size, actual: size)
    }
  }

  func reader(of digest: Digest) throws -> any BlobReader {
    brought[digest] == nil ? try store.blobs.reader(of: digest) : try folder.reader(of: digest)
  }

  /// Reads a document that a descriptor names.
  /// - Parameter limit: In bytes.
  func decode<Value: Decodable>(
    _ type: Value.Type, _ descriptor: Descriptor, limit: Int64 = CacheArchive.manifestLimit
  ) throws -> Value {
    try check(descriptor)
    guard descriptor.size <= limit else {
      throw CarryError.notACache(reason: "\(descriptor.digest) is too large")
    }
    let bytes =
      brought[descriptor.digest] == nil
      ? try store.blobs.read(descriptor.digest, limit: limit)
      : try folder.read(descriptor.digest, limit: limit)
    return try Self.decode(type, from: bytes, named: descriptor.digest.description)
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], named name: String
  ) throws -> Value {
    do {
      return try CanonicalJSON.decode(type, from: bytes)
    } catch is DecodingError {
      throw CarryError.notACache(reason: "'\(name)' cannot be read")
    }
  }

  // MARK: Keeping

  /// Gives blobs their names in the store.
  func keep(_ digests: Set<Digest>) throws {
    for digest in digests.sorted() where brought[digest] != nil {
      try store.blobs.adopt(folder.path(of: digest), as: digest)
    }
  }
}

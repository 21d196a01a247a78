import Dispatch
import FileSystem
import Glibc
import OCI
import SQLite
import TestSupport
import Testing

@testable import Storage

struct BlobDirectoryTests {
  private let scratch: Scratch
  private let blobs: BlobDirectory

  init() throws {
    scratch = try Scratch()
    try FileTree.makeDirectories(scratch("blobs"))
    try FileTree.makeDirectories(scratch("tmp"))
    blobs = BlobDirectory(directory: scratch("blobs"), temporary: scratch("tmp"))
  }

  private func write(_ text: String, expecting expected: Digest? = nil) throws -> Digest {
    let writer = try blobs.writer()
    for byte in text.utf8 { try withUnsafeBytes(of: byte) { try writer.write($0) } }
    let (digest, size) = try writer.commit(expecting: expected)
    #expect(size == text.utf8.count)
    return digest
  }

  @Test func aBlobIsNamedByItsContent() throws {
    let digest = try write("abc")
    #expect(digest == SHA256.digest(of: "abc"))
    #expect(try scratch.names("blobs") == [digest.hex])
    #expect(try scratch.names("tmp") == [])
    #expect(try blobs.size(of: digest) == 3)
    #expect(try blobs.read(digest) == Array("abc".utf8))
    #expect(try write("", expecting: SHA256.digest(of: "")) == SHA256.digest(of: ""))
  }

  @Test func nothingIsThereBeforeItIsComplete() throws {
    var writer: (any BlobWriter)? = try blobs.writer()
    try [UInt8(1)].withUnsafeBytes { try writer?.write($0) }
    #expect(try scratch.names("blobs") == [])
    #expect(try scratch.names("tmp").count == 1)
    writer = nil
    #expect(try scratch.names("tmp") == [])
  }

  @Test func anotherDigestThanExpectedLeavesNothing() throws {
    let expected = SHA256.digest(of: "other")
    #expect(
      throws: ContentError.digestMismatch(expected: expected, actual: SHA256.digest(of: "abc"))
    ) { try write("abc", expecting: expected) }
    #expect(try scratch.names("blobs") == [])
    #expect(try scratch.names("tmp") == [])
  }

  @Test func theSameAgainChangesNothing() throws {
    let digest = try blobs.write([1, 2, 3])
    let before = try FileStatus.of(blobs.path(of: digest), followLink: false)
    #expect(try blobs.write([1, 2, 3]) == digest)
    #expect(try FileStatus.of(blobs.path(of: digest), followLink: false) == before)
    #expect(try write("\u{1}\u{2}\u{3}") == digest)
    #expect(try blobs.read(digest) == [1, 2, 3])
  }

  @Test func whatIsMissingIsSaid() throws {
    let digest = SHA256.digest(of: "none")
    #expect(try blobs.size(of: digest) == nil)
    #expect(throws: StorageError.missingBlob(digest)) { _ = try blobs.reader(of: digest) }
  }

  @Test func isReadAtAnyPlaceAndWithALimit() throws {
    let digest = try write("0123456789")
    let reader = try blobs.reader(of: digest)
    #expect(reader.size == 10)
    var buffer = [UInt8](repeating: 0, count: 4)
    let count = try buffer.withUnsafeMutableBytes { try reader.read(at: 8, into: $0) }
    #expect(buffer[..<count] == [0x38, 0x39])
    #expect(try blobs.read(digest, limit: 10).count == 10)
    #expect(throws: ContentError.tooLarge(digest, size: 10, limit: 9)) {
      try blobs.read(digest, limit: 9)
    }
  }

  @Test func wrongBytesAreNotRead() throws {
    let digest = try write("abc")
    try scratch.write("blobs/" + digest.hex, "abd")
    #expect(
      throws: ContentError.digestMismatch(expected: digest, actual: SHA256.digest(of: "abd"))
    ) { try blobs.read(digest) }
    #expect(try blobs.contentDigest(of: digest) == SHA256.digest(of: "abd"))
    // Nobody but a store removes anything.
    #expect(try scratch.names("blobs") == [digest.hex])
  }

  @Test func aFolderDoesNotKeepABlobFromItsName() throws {
    let digest = SHA256.digest(of: "abc")
    try scratch.write("blobs/\(digest.hex)/file", "x")
    #expect(try write("abc") == digest)
    #expect(try blobs.read(digest) == Array("abc".utf8))
  }
}

struct ImageLayoutTests {
  private static func image(in blobs: BlobDirectory) throws -> Descriptor {
    let layer = Descriptor(mediaType: .layer, digest: try blobs.write([1, 2, 3]), size: 3)
    let config = Descriptor(
      mediaType: .imageConfig, digest: try blobs.write([0x7b, 0x7d]), size: 2)
    let bytes = try CanonicalJSON.encode(ImageManifest(config: config, layers: [layer, layer]))
    return Descriptor(
      mediaType: .imageManifest, digest: try blobs.write(bytes), size: Int64(bytes.count))
  }

  @Test func takesInWholeImages() throws {
    let scratch = try Scratch()
    let source = try ImageLayout.create(scratch("a"))
    let target = try ImageLayout.create(scratch("b"))
    let manifest = try Self.image(in: source.blobs)
    try target.copy(manifest, from: source.blobs)
    try target.setManifests([manifest])
    let opened = try ImageLayout.open(scratch("b"))
    #expect(try opened.manifests() == [manifest])
    #expect(try scratch.names("a/blobs/sha256") == scratch.names("b/blobs/sha256"))
    #expect(try scratch.names("b/blobs") == ["sha256"])
    #expect(try scratch.read("b/oci-layout") == #"{"imageLayoutVersion":"1.0.0"}"#)
    // Once more: what is there is not copied.
    try target.copy(manifest, from: source.blobs)
    _ = try ImageLayout.create(scratch("b"))
    #expect(try opened.manifests() == [manifest])
  }

  @Test func takesInNothingDamaged() throws {
    let scratch = try Scratch()
    let source = try ImageLayout.create(scratch("a"))
    let target = try ImageLayout.create(scratch("b"))
    let manifest = try Self.image(in: source.blobs)
    let layer = SHA256.digest(of: [1, 2, 3])
    try scratch.write("a/blobs/sha256/" + layer.hex, "bad")
    #expect(throws: StorageError.damagedBlob(layer)) {
      try target.copy(manifest, from: source.blobs)
    }
    #expect(try target.blobs.size(of: layer) == nil)
    #expect(try target.blobs.size(of: manifest.digest) == nil)
  }

  @Test(arguments: [nil, "", "{}", "[]", #"{"schemaVersion":2,"manifests":[{}]}"#])
  func refusesWhatIsNoLayout(index: String?) throws {
    let scratch = try Scratch()
    #expect(throws: StorageError.self) { try ImageLayout.open(scratch.path) }
    try scratch.write("oci-layout", "{}")
    if let index { try scratch.write("index.json", index) }
    let layout = try ImageLayout.open(scratch.path)
    #expect(throws: (any Error).self) { try layout.manifests() }
  }
}

/// Two processes, one of which finds a blob damaged that the other one writes anew.
struct BlobGuardianTests {
  @Test func removesOnlyWhatItHasRead() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let (first, second) = (try Store(at: paths), try Store(at: paths))
    let digest = SHA256.digest(of: [1])
    try scratch.write("blobs/sha256/" + digest.hex, "damaged")
    // Whoever removes the blob must write to the database first, and waits here.
    let other = try Database(path: paths.database, mode: .readWrite)
    let queue = DispatchQueue(label: "test", attributes: .concurrent)
    let group = DispatchGroup()
    try other.transaction {
      queue.async(group: group) { _ = try? first.blobs.size(of: digest) }
      usleep(300_000)
      queue.async(group: group) { _ = try? second.blobs.write([1]) }
      usleep(300_000)
    }
    group.wait()
    #expect(try second.blobs.read(digest) == [1])
    #expect(try first.blobs.read(digest) == [1])
  }
}

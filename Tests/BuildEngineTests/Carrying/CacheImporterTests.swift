import Diagnostics
import FileSystem
import LayerArchive
import OCI
import Processes
import Storage
import TestSupport
import Testing

@testable import BuildEngine

/// Archives that come from anybody: what is right is taken, and of anything else nothing.
@Suite struct CacheImporterTests {
  struct Attack: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let id: String
    let make: @Sendable () throws -> TestArchive

    /// - Parameter change: Of the lists, whose digests are then right.
    init(
      _ what: String, _ id: String = "not-a-cache",
      lists change: @escaping @Sendable (inout TestArchive.Lists) -> Void
    ) {
      (testDescription, self.id) = (what, id)
      make = { try TestArchive(change) }
    }

    /// - Parameter change: Of the files of an archive that was right.
    init(
      _ what: String, _ id: String = "not-a-cache",
      files change: @escaping @Sendable (inout TestArchive) -> Void
    ) {
      (testDescription, self.id) = (what, id)
      make = {
        var archive = try TestArchive()
        change(&archive)
        return archive
      }
    }
  }

  static let attacks: [Attack] = [
    Attack("empty", files: { $0.files = [] }),
    Attack("no layout", files: { $0.files.removeFirst() }),
    Attack("no index", files: { $0.files.remove(at: 1) }),
    Attack("an index that is no JSON", files: { $0.files[1].bytes = Array("{".utf8) }),
    Attack("a layout of another version", lists: { $0.layout = #"{"imageLayoutVersion":"2"}"# }),
    Attack("a layout that is none", lists: { $0.layout = "[]" }),
    Attack("a file of another name", files: { $0.files.append(("evil", [1])) }),
    Attack("a blob of another algorithm", files: { $0.files.append(("blobs/sha512/00", [1])) }),
    Attack("a blob whose name is no digest", files: { $0.files.append(("blobs/sha256/x", [1])) }),
    Attack(
      "a blob in a folder",
      files: { archive in
        archive.files[3].name = "blobs/sha256/a/\(archive.key.hex)"
      }),
    Attack("a blob twice", files: { $0.files.append($0.files[3]) }),
    Attack("two indexes", files: { $0.files.append($0.files[1]) }),
    Attack(
      "other bytes under a name", "damaged-cache",
      files: { archive in
        let last = archive.files.count - 1
        archive.files[last].bytes[600] ^= 1
      }),
    Attack("a layer less", "damaged-cache", files: { $0.files.removeLast() }),
    Attack("no configuration", "damaged-cache", files: { $0.files.remove(at: 2) }),
    Attack("another size", "damaged-cache", lists: { $0.layers[0].size += 1 }),
    Attack("a source that is no address", lists: { $0.source("download /etc/passwd") }),
    Attack(
      "a source with a password", lists: { $0.source("download https://me:word@host/file") }),
    Attack(
      "a mark that ends a header",
      lists: { $0.source("download https://host/file", mark: "a\r\nb: c") }),
    Attack("a branch that is no commit", lists: { $0.source("ref https://host/a.git#main") }),
    Attack(
      "a source whose content is missing", "damaged-cache",
      lists: { $0.source("download https://host/file") }),
    Attack("a huge size", "damaged-cache", lists: { $0.layers[0].size = .max }),
    Attack("a size below nothing", "damaged-cache", lists: { $0.layers[0].size = -1 }),
    Attack(
      "a layer that is another one", "diff-id-mismatch",
      lists: {
        $0.config.rootFS = .init(diffIDs: [SHA256.digest(of: "else")])
      }),
    Attack(
      "a loose layer that is another one", "damaged-cache",
      lists: {
        $0.parts[0].annotations?[CacheArchive.diffIDAnnotation] =
          SHA256.digest(of: "else").description
      }),
    Attack("a loose layer without its diff ID", lists: { $0.parts[0].annotations = nil }),
    Attack(
      "a layer of an unknown type", "unsupported-media-type",
      lists: {
        $0.layers[0].mediaType = .init(rawValue: "text/html")
      }),
    Attack("layers that do not fit the configuration", lists: { $0.layers = [] }),
    Attack("a step whose layer is not there", "damaged-cache", lists: { $0.parts = [] }),
    Attack("no records of steps", lists: { $0.artifactType = nil }),
    Attack("records of something else", lists: { $0.artifactType = "text/html" }),
    Attack("an image that is none", lists: { $0.imageArtifactType = "text/html" }),
    Attack("a name that is none", lists: { $0.name = "../../etc/passwd" }),
    Attack("a name that is not written out", lists: { $0.name = "image" }),
    Attack("an unknown role", lists: { $0.role = "boss" }),
    Attack(
      "an index in the index",
      lists: { lists in
        lists.more = [CacheArchive.descriptor(of: CacheArchive.emptyDocument, .imageIndex)]
      }),
    Attack(
      "a manifest that is none",
      lists: { lists in
        lists.more = [CacheArchive.descriptor(of: CacheArchive.emptyDocument, .imageManifest)]
      }),
    Attack(
      "a manifest that is not there", "damaged-cache",
      lists: { lists in
        lists.more = [CacheArchive.descriptor(of: [1], .imageManifest)]
      }),
  ]

  private let scratch: Scratch
  private let store: Store

  init() throws {
    scratch = try Scratch()
    store = try Store(at: StorePaths(root: scratch("store")))
  }

  @discardableResult
  private func take(_ bytes: [UInt8], replacesNames: Bool = false) throws -> ImportReport {
    var position = 0
    return try CacheImporter(
      store, replacesNames: replacesNames, interruption: Interruption(), progress: { _ in }
    ).run(size: Int64(bytes.count)) { buffer in
      let count = min(buffer.count, bytes.count - position)
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[position..<(position + count)]))
      }
      position += count
      return count
    }
  }

  private func expectNothing() throws {
    #expect(try scratch.names("store/blobs/sha256") == [])
    #expect(try store.steps.all().isEmpty && store.layers.all().isEmpty)
    #expect(try store.images.all().isEmpty && store.images.resolutions().isEmpty)
    let own = try scratch.names("store/tmp").filter { !$0.hasSuffix(".lock") }
    #expect(try own.flatMap { try scratch.names("store/tmp/\($0)") } == [])
  }

  @Test func takesWhatIsRight() throws {
    let archive = try TestArchive()
    let report = try take(archive.bytes())
    #expect(report.layers == 2 && report.steps == 1)
    #expect(report.names.map(\.outcome) == [.added])
    let record = try store.steps.record(for: archive.key)
    #expect(record?.instruction == "RUN true" && record?.diffIDs == [archive.loose.diffID])
    #expect(record?.duration == .milliseconds(7))
    // Nobody knows who made it.
    #expect(try store.layers.layer(archive.layer.diffID)?.isOwn == false)
    #expect(try store.layers.index(of: archive.loose.diffID)?.count == 1)
    #expect(try take(archive.bytes()).names.map(\.outcome) == [.same])
  }

  @Test(arguments: attacks) func takesNothing(attack: Attack) throws {
    let bytes = try attack.make().bytes()
    let error = #expect(throws: (any Error).self) { try take(bytes) }
    #expect((error as? any ReportableError)?.diagnostic.id == attack.id)
    try expectNothing()
  }

  @Test func takesNothingOfAPart() throws {
    let whole = try TestArchive().bytes()
    for length in stride(from: 0, to: whole.count - 1024, by: 509) {
      #expect(throws: (any Error).self, "\(length)") { try take(Array(whole[..<length])) }
      try expectNothing()
    }
  }

  @Test func leavesWhatItDoesNotName() throws {
    var archive = try TestArchive()
    let more = Array("nobody names this".utf8)
    archive.files.append((TestArchive.name(of: SHA256.digest(of: more)), more))
    try take(archive.bytes())
    #expect(try store.blobs.size(of: SHA256.digest(of: more)) == nil)
  }

  @Test func namesStayUnlessTheyAreToGo() throws {
    let name = try #require(ImageReference("image:1"))
    let other = try CanonicalJSON.encode(
      ImageManifest(config: CacheArchive.descriptor(of: [], .imageConfig), layers: []))
    try store.blobs.write([])
    try store.blobs.write(other)
    let here = CacheArchive.descriptor(of: other, .imageManifest)
    try store.images.set([name], to: here)
    let bytes = try TestArchive().bytes()
    #expect(try take(bytes).names.map(\.outcome) == [.kept])
    #expect(try store.images.image(named: name)?.manifest.digest == here.digest)
    #expect(try take(bytes, replacesNames: true).names.map(\.outcome) == [.replaced])
    #expect(try store.images.image(named: name)?.manifest.digest != here.digest)
  }

  @Test func recordsThatAreThereStay() throws {
    let archive = try TestArchive()
    let own = StepRecord(instruction: "mine", diffIDs: [], inputs: [], duration: .zero)
    try store.steps.add(own, for: archive.key)
    #expect(try take(archive.bytes()).steps == 0)
    #expect(try store.steps.record(for: archive.key) == own)
  }

  @Test func aNameOfARegistryIsWhatItMeant() throws {
    let report = try take(TestArchive { $0.role = "resolution" }.bytes())
    let name = try #require(ImageReference("image:1"))
    #expect(try store.images.image(named: name) == nil)
    let meant = try store.images.resolution(of: name, .host)
    #expect(meant?.manifest.digest == report.names.first?.manifest)
  }
}

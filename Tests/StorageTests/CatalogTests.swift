import FileSystem
import OCI
import SQLite
import TestSupport
import Testing

@testable import Storage

struct CatalogTests {
  private let scratch: Scratch
  private let store: Store

  init() throws {
    scratch = try Scratch()
    store = try Store(at: StorePaths(root: scratch.path))
  }

  private func layer(_ content: [UInt8], isOwn: Bool = true) throws -> StoredLayer {
    StoredLayer(
      diffID: SHA256.digest(of: "diff of \(content)"),
      descriptor: Descriptor(
        mediaType: .layerGzip, digest: try store.blobs.write(content), size: Int64(content.count)),
      isOwn: isOwn)
  }

  private let index = LayerIndex([
    LayerEntry(path: TreePath("a"), kind: .directory, permissions: 0o755)
  ])

  @Test(arguments: [true, false])
  func layersAreKept(isOwn: Bool) throws {
    let layer = try layer([1, 2, 3], isOwn: isOwn)
    #expect(try store.layers.layer(layer.diffID) == nil)
    #expect(try store.layers.index(of: layer.diffID) == nil)
    try store.layers.add(layer, index: index)
    #expect(try store.layers.layer(layer.diffID) == layer)
    #expect(try store.layers.index(of: layer.diffID) == index)
    let again = try Store(at: StorePaths(root: scratch.path))
    #expect(try again.layers.layer(layer.diffID) == layer)
  }

  /// A row never stands for something that is not there.
  @Test func aLayerWithoutItsBlobIsUnknown() throws {
    let layer = try layer([1, 2, 3])
    try store.layers.add(layer, index: index)
    try scratch.write("blobs/sha256/" + layer.descriptor.digest.hex, "12")
    #expect(try store.layers.layer(layer.diffID) == nil)
    try FileTree.removeFile(store.blobs.path(of: layer.descriptor.digest))
    #expect(try store.layers.layer(layer.diffID) == nil)
  }

  @Test func membersAreFoundInTheirBlobs() throws {
    let layer = try layer(Array("0123456789".utf8))
    let keys = (0..<5).map { SHA256.digest(of: "member \($0)") }
    try store.layers.add(
      layer, index: index,
      members: [
        .init(key: keys[0], offset: 2, length: 3), .init(key: keys[1], offset: 0, length: 10),
        .init(key: keys[2], offset: 8, length: 3), .init(key: keys[3], offset: .max, length: .max),
        .init(key: keys[4], offset: -1, length: 2),
      ])
    #expect(try store.layers.member(keys[0]) == Array("234".utf8))
    #expect(try store.layers.member(keys[1])?.count == 10)
    for key in keys[2...] { #expect(try store.layers.member(key) == nil) }
    #expect(try store.layers.member(SHA256.digest(of: "none")) == nil)
    try FileTree.removeFile(store.blobs.path(of: layer.descriptor.digest))
    #expect(try store.layers.member(keys[0]) == nil)
  }

  @Test func aDamagedIndexIsNone() throws {
    let layer = try layer([1])
    try store.layers.add(layer, index: index)
    try Database(path: scratch("store.db"), mode: .readWrite)
      .execute("UPDATE layer_indexes SET bytes = x'0102'")
    #expect(try store.layers.index(of: layer.diffID) == nil)
  }

  @Test(arguments: [0, 1, 3])
  func stepsAreKept(layers: Int) throws {
    let key = SHA256.digest(of: "key")
    let record = StepRecord(
      instruction: "RUN é", diffIDs: (0..<layers).map { SHA256.digest(of: "\($0)") },
      inputs: [0, 1, 255], duration: .milliseconds(1_234))
    #expect(try store.steps.record(for: key) == nil)
    try store.steps.add(record, for: key)
    try store.steps.touch([key, SHA256.digest(of: "unknown")])
    #expect(try store.steps.record(for: key) == record)
    let newer = StepRecord(instruction: "RUN", diffIDs: [], inputs: [], duration: .zero)
    try store.steps.add(newer, for: key)
    #expect(try store.steps.record(for: key) == newer)
  }

  private func descriptor(_ text: String) -> Descriptor {
    Descriptor(mediaType: .imageManifest, digest: SHA256.digest(of: text), size: 7)
  }

  private static let names = ["r.io/a:1", "b", "c@\(SHA256.digest(of: "c"))"].compactMap {
    ImageReference($0)
  }

  private func listed() throws -> [String?] {
    try ImageLayout.open(scratch.path).manifests().map {
      $0.annotations?["org.opencontainers.image.ref.name"]
    }
  }

  @Test func namesMoveAndGo() throws {
    for text in ["one", "two"] { try store.blobs.write(Array(text.utf8)) }
    try store.images.set(Array(Self.names[...1]), to: descriptor("one"))
    try store.images.set([Self.names[1], Self.names[2]], to: descriptor("two"))
    #expect(try store.images.image(named: Self.names[0])?.manifest == descriptor("one"))
    #expect(try store.images.image(named: Self.names[1])?.manifest == descriptor("two"))
    #expect(
      try store.images.all().map(\.name.description) == Self.names.map(\.description).sorted())
    #expect(try store.images.remove(Self.names[1]))
    #expect(try !store.images.remove(Self.names[1]))
    #expect(try store.images.image(named: Self.names[1]) == nil)
    #expect(try listed() == [Self.names[2], Self.names[0]].map(\.description))
  }

  /// The list is what other tools read, and its stat record is what a no-op looks at.
  @Test func theListChangesOnlyWithTheNames() throws {
    for text in ["one", "two"] { try store.blobs.write(Array(text.utf8)) }
    try store.images.set([Self.names[0]], to: descriptor("one"))
    #expect(try listed() == [Self.names[0].description])
    let status = try FileStatus.of(scratch("index.json"), followLink: false)
    try store.images.set([Self.names[0]], to: descriptor("one"))
    try store.images.set([], to: descriptor("two"))
    #expect(try FileStatus.of(scratch("index.json"), followLink: false) == status)
    try store.images.set([Self.names[0]], to: descriptor("two"))
    #expect(try FileStatus.of(scratch("index.json"), followLink: false) != status)
    let manifests = try ImageLayout.open(scratch.path).manifests()
    #expect(manifests.map(\.digest) == [descriptor("two").digest])
  }

  @Test func resolutionsAreKeptForEachPlatform() throws {
    let name = Self.names[1]
    let arm = Platform(os: "linux", architecture: "arm64")
    var index = descriptor("index")
    index.mediaType = .imageIndex
    #expect(try store.images.resolution(of: name, .host) == nil)
    try store.images.setResolution(of: name, .host, to: index)
    try store.images.setResolution(of: name, arm, to: descriptor("arm"))
    #expect(try store.images.resolution(of: name, .host)?.manifest == index)
    #expect(try store.images.resolution(of: name, arm)?.manifest == descriptor("arm"))
    try store.images.setResolution(of: name, arm, to: descriptor("new"))
    #expect(try store.images.resolution(of: name, arm)?.manifest == descriptor("new"))
  }
}

import FileSystem
import Glibc
import OCI
import TestSupport
import Testing

@testable import Storage

/// Two stores on one folder exclude each other as two processes do.
struct PrunerTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func open() throws -> Store { try Store(at: StorePaths(root: scratch("store"))) }

  /// A layer that a step has made, unpacked.
  private func addLayer(_ text: String, to store: Store) throws -> (diffID: Digest, blob: Digest) {
    let bytes = Array(text.utf8)
    let blob = try store.blobs.write(bytes)
    let diffID = SHA256.digest(of: "diff " + text)
    try store.layers.add(
      StoredLayer(
        diffID: diffID,
        descriptor: Descriptor(mediaType: .layerGzip, digest: blob, size: Int64(bytes.count)),
        isOwn: true),
      index: LayerIndex([]))
    let made = try store.makeTemporaryDirectory("made")
    try FileTree.replace(made + "/file", with: bytes)
    try store.snapshots.commit(made, as: diffID, of: diffID)
    try store.steps.add(
      StepRecord(instruction: "RUN \(text)", diffIDs: [diffID], inputs: [], duration: .seconds(1)),
      for: SHA256.digest(of: "key " + text))
    return (diffID, blob)
  }

  private func addManifest(of blob: Digest, to store: Store) throws -> Descriptor {
    let config = try store.blobs.write(Array("{}".utf8))
    let bytes = try CanonicalJSON.encode(
      ImageManifest(
        config: Descriptor(mediaType: .imageConfig, digest: config, size: 2),
        layers: [Descriptor(mediaType: .layerGzip, digest: blob, size: 1)]))
    return Descriptor(
      mediaType: .imageManifest, digest: try store.blobs.write(bytes), size: Int64(bytes.count))
  }

  private func prune(_ request: PruneRequest = PruneRequest()) throws -> PruneOutcome {
    try Pruner(open(), isPrivileged: true).run(request)
  }

  @Test func whatNobodyNeedsGoesFromEverywhere() throws {
    let layer: (diffID: Digest, blob: Digest)
    do { layer = try addLayer("one", to: open()) }
    let outcome = try prune()
    #expect(Set(outcome.removed.map(\.kind)) == [.layer, .snapshot])
    #expect(try scratch.names("store/blobs/sha256") == [])
    #expect(try scratch.names("store/snapshots") == [])
    #expect(try scratch.names("store/tmp") == [])
    let store = try open()
    #expect(try store.steps.all() == [] && store.layers.all() == [])
    #expect(try store.layers.index(of: layer.diffID) == nil)
    #expect(try store.layers.layer(layer.diffID) == nil)
    #expect(try !store.snapshots.contains(layer.diffID))
  }

  @Test func whatAnotherHasLookedAtStays() throws {
    let layer: (diffID: Digest, blob: Digest)
    do { layer = try addLayer("one", to: open()) }
    let other = try open()
    #expect(try other.layers.layer(layer.diffID) != nil)
    let first = try prune(PruneRequest(takesAll: true))
    #expect(first.removed.map(\.kind) == [.snapshot] && first.inUse.map(\.kind) == [.layer])
    #expect(try other.blobs.size(of: layer.blob) != nil)
    _ = consume other
    #expect(try prune(PruneRequest(takesAll: true)).removed.map(\.kind) == [.layer])
  }

  @Test func whatAnotherRunsOnStaysWithItsLayer() throws {
    let layer: (diffID: Digest, blob: Digest)
    do { layer = try addLayer("one", to: open()) }
    let other = try open()
    #expect(try other.snapshots.contains(layer.diffID))
    #expect(try prune().removed.isEmpty)
    withExtendedLifetime(other) {}
  }

  /// Whoever looks for a thing that is not there may be about to make it.
  @Test func nobodyTakesAwayWhatIsBeingMade() throws {
    let store = try open()
    let layer = try addLayer("one", to: store)
    #expect(try prune().removed.isEmpty)
    #expect(try store.blobs.size(of: layer.blob) != nil)
  }

  @Test func namesAndNewestBuildsAreKept() throws {
    let project = scratch("project")
    try FileTree.makeDirectories(project)
    let owner = BuildOwner(project: project, image: "train", stage: "")
    do {
      let store = try open()
      let named = try addLayer("named", to: store)
      let name = try #require(ImageReference("kept:1"))
      try store.images.set([name], to: addManifest(of: named.blob, to: store))
      let built = try addLayer("built", to: store)
      _ = try addLayer("beside", to: store)
      _ = try addLayer("superseded", to: store)
      try store.builds.set(
        addManifest(of: built.blob, to: store).digest,
        steps: ["key built", "key beside"].map { SHA256.digest(of: $0) }, for: owner)
    }
    #expect(Set(try prune().removed.map(\.title)) == ["RUN superseded", ""])
    let titles = try open().steps.all().map(\.instruction).sorted()
    #expect(titles == ["RUN beside", "RUN built", "RUN named"])
    _ = try prune(PruneRequest(takesAll: true))
    #expect(try open().steps.all().map(\.instruction) == ["RUN named"])
    #expect(try open().builds.all() == [])
  }

  @Test func aProjectThatIsGoneNeedsNothing() throws {
    do {
      let store = try open()
      let built = try addLayer("built", to: store)
      try store.builds.set(
        addManifest(of: built.blob, to: store).digest, steps: [],
        for: BuildOwner(project: scratch("nowhere"), image: "train", stage: ""))
    }
    #expect(try prune().removed.count == 4)
    #expect(try open().builds.all() == [])
  }

  /// A name that is given between the look and the removal counts.
  @Test func whatGotANameMeanwhileStays() throws {
    let manifest: Descriptor
    do {
      let store = try open()
      manifest = try addManifest(of: addLayer("one", to: store).blob, to: store)
    }
    let roots = try open().roots()
    do {
      let store = try open()
      try store.images.set([try #require(ImageReference("late:1"))], to: manifest)
    }
    let store = try open()
    let isDone = try store.records.forget([.blob(manifest.digest)]) {
      try StoreRoots($0, store.builds) == roots
    }
    #expect(!isDone)
    // Its configuration does not say what was unpacked for it.
    #expect(try prune().removed.map(\.kind) == [.snapshot])
  }

  @Test func aCacheInUseStaysAndAFreeOneCanGo() throws {
    let key = SHA256.digest(of: "cache")
    do {
      let store = try open()
      let mount = try store.cacheMount(key, .shared)
      try store.cacheMounts.note(key, id: "/root/.cache", project: scratch.path)
      try FileTree.replace(mount.directory + "/file", with: [1])
      #expect(try prune(PruneRequest(takesAll: true)).removed.isEmpty)
    }
    #expect(try prune().removed.isEmpty, "commands keep it")
    #expect(try prune(PruneRequest(takesAll: true)).removed.map(\.title) == ["/root/.cache"])
    var isNew = false
    _ = try open().cacheMount(key, .shared, furnish: { _ in isNew = true })
    #expect(isNew)
  }

  @Test func sizesAreMeasuredAgainWhenACacheWasUsed() throws {
    let key = SHA256.digest(of: "cache")
    func size() throws -> Int64 {
      try StoreInventory(of: open()).items.first { $0.kind == .cacheMount }?.bytes ?? 0
    }
    func use(_ count: Int) throws {
      let store = try open()
      let mount = try store.cacheMount(key, .shared)
      try store.cacheMounts.note(key, id: "c", project: "")
      try FileTree.replace(mount.directory + "/file", with: [UInt8](repeating: 1, count: count))
    }
    try use(10)
    let small = try size()
    #expect(try size() == small)
    try use(1_000_000)
    #expect(try size() > small + 900_000)
  }

  @Test func theInventoryIsTheWholeStore() throws {
    let store = try open()
    _ = try addLayer("one", to: store)
    _ = try store.cacheMount(SHA256.digest(of: "cache"), .alone)
    try scratch.write("store/blobs/sha256/stray", "x")
    try scratch.write("store/other/file", "y")
    let inventory = try StoreInventory(of: store)
    #expect(try inventory.total == DiskUsage().bytes(of: scratch("store")))
    let parts = inventory.items.reduce(inventory.database + inventory.other) { $0 + $1.bytes }
    #expect(parts == inventory.total)
  }
}

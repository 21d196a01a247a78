import FileSystem
import Glibc
import OCI
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import Storage

struct StoreTests {
  private static func store(_ scratch: Scratch) throws -> Store {
    try Store(at: StorePaths(root: scratch("store")))
  }

  @Test func isALayoutFromTheStart() throws {
    let scratch = try Scratch()
    _ = try Self.store(scratch)
    #expect(try ImageLayout.open(scratch("store")).manifests() == [])
    #expect(
      try FileStatus.of(scratch("store/blobs/sha256"), followLink: false)?.permissions == 0o700)
    let index = try FileStatus.of(scratch("store/index.json"), followLink: false)
    _ = try Self.store(scratch)
    // Its stat record is part of what a no-op looks at.
    #expect(try FileStatus.of(scratch("store/index.json"), followLink: false) == index)
  }

  @Test(
    .enabled(if: geteuid() == 0, "only root can give a directory away"))
  func isUsedByItsOwnerOnly() throws {
    let scratch = try Scratch()
    _ = try Self.store(scratch)
    chown(scratch("store"), 12_345, 0)
    #expect(throws: StorageError.foreignOwner(path: scratch("store"), owner: 12_345)) {
      _ = try Self.store(scratch)
    }
  }

  @Test func isNotUsedWhenANewerOneMadeIt() throws {
    let scratch = try Scratch()
    _ = try Self.store(scratch)
    try Database(path: scratch("store/store.db"), mode: .readWrite)
      .execute("PRAGMA user_version = 99")
    #expect(
      throws: StorageError.newerFormat(
        path: scratch("store/store.db"), version: 99, known: StoreDatabase.migrations.count)
    ) { _ = try Self.store(scratch) }
  }

  @Test func goesOnWithoutADamagedDatabase() throws {
    let scratch = try Scratch()
    let name = try #require(ImageReference("base:1"))
    let manifest: Descriptor
    do {
      let store = try Self.store(scratch)
      manifest = Descriptor(
        mediaType: .imageManifest, digest: try store.blobs.write([1]), size: 1)
      try store.images.set([name], to: manifest)
    }
    for suffix in ["-wal", "-shm"] { try FileTree.removeFile(scratch("store/store.db" + suffix)) }
    let garbage = String(repeating: "no database ", count: 500)
    try scratch.write("store/store.db", garbage)
    let found = Findings()
    let store = try Store(at: StorePaths(root: scratch("store")), report: found.add)
    guard case .database(_, let aside)? = found.all.first else {
      Issue.record("nothing was said")
      return
    }
    #expect(try FileTree.read(aside) == Array(garbage.utf8))
    #expect(try store.images.image(named: name)?.manifest == manifest, "the index has the names")
    #expect(try store.blobs.read(manifest.digest) == [1])
  }

  @Test(arguments: ["", "{", "null"])
  func writesADamagedIndexAnew(text: String) throws {
    let scratch = try Scratch()
    do { _ = try Self.store(scratch) }
    try scratch.write("store/index.json", text)
    try FileTree.removeFile(scratch("store/oci-layout"))
    let found = Findings()
    _ = try Store(at: StorePaths(root: scratch("store")), report: found.add)
    #expect(found.all == [.index(path: scratch("store/index.json"))])
    #expect(try ImageLayout.open(scratch("store")).manifests() == [])
  }

  /// The end of the database's log may be lost; the list is a file of its own.
  @Test func namesOutliveTheEndOfALog() throws {
    let scratch = try Scratch()
    let name = try #require(ImageReference("base:1"))
    let manifests = try (1...2).map { number in
      let store = try Self.store(scratch)
      let manifest = Descriptor(
        mediaType: .imageManifest, digest: try store.blobs.write([UInt8(number)]), size: 1)
      try store.images.set([name], to: manifest)
      return manifest
    }
    for sql in [
      "DELETE FROM images", "UPDATE images SET manifest = x'\(manifests[0].digest.hex)'",
    ] {
      try Database(path: scratch("store/store.db"), mode: .readWrite).execute(sql)
      #expect(try Self.store(scratch).images.image(named: name)?.manifest == manifests[1])
    }
    // One whose manifest is lost is not in the list, and keeps its name.
    try FileTree.removeFile(scratch("store/blobs/sha256/\(manifests[1].digest.hex)"))
    _ = try Self.store(scratch)
    #expect(try ImageLayout.open(scratch("store")).manifests() == [])
    #expect(try Self.store(scratch).images.image(named: name)?.manifest == manifests[1])
  }

  @Test(arguments: [0, 31, 33])
  func makesADamagedKeyAnew(size: Int) throws {
    let scratch = try Scratch()
    let found = Findings()
    let store = try Store(at: StorePaths(root: scratch.path), report: found.add)
    let key = try store.secretKey()
    #expect(try key.count == 32 && store.secretKey() == key)
    try scratch.write("secret.key", String(repeating: "k", count: size))
    let next = try store.secretKey()
    #expect(next.count == 32 && next != key)
    #expect(found.all == [.secretKey(path: scratch("secret.key"))])
  }

  @Test func locksAreOnKeys() throws {
    let scratch = try Scratch()
    let store = try Self.store(scratch)
    let held = try store.lock(SHA256.digest(of: "a"))
    let other = try store.lock(SHA256.digest(of: "b")) { Issue.record("nobody has it") }
    let own = ["examination", "index", "use", "blobs"]
    #expect(try scratch.names("store/locks").filter { !own.contains($0) }.count == 2)
    _ = consume held
    _ = consume other
  }

  @Test(arguments: [
    (["RUNCTL_HOME": "/r", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/r"),
    (["XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/runctl"),
    (["HOME": "/h"], "/h/.local/share/runctl"),
    (["RUNCTL_HOME": "", "XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/runctl"),
  ])
  func isWhereTheEnvironmentSays(environment: [String: String], root: String) {
    #expect(StorePaths.ofUser(environment).root == root)
  }

  @Test func temporaryDirectoriesGoWithTheStore() throws {
    let scratch = try Scratch()
    do {
      let store = try Self.store(scratch)
      let made = try store.makeTemporaryDirectory("test")
      try FileTree.replace(made + "/f", with: [1])
      #expect(made.hasPrefix(scratch("store/tmp/")))
      #expect(try store.makeTemporaryDirectory("test") != made)
    }
    #expect(try scratch.names("store/tmp") == [])
  }
}

/// Parts of a store outlive it: an optimised build lets go of it after its last use.
struct StorePartsTests {
  @Test func blobsCanBeWrittenWithoutTheStore() throws {
    let scratch = try Scratch()
    let blobs = try Store(at: StorePaths(root: scratch.path)).blobs
    #expect(try blobs.read(blobs.write([1, 2])) == [1, 2])
  }
}

/// What a store has told.
final class Findings: Sendable {
  private let found = Mutex<[StorageFinding]>([])
  var all: [StorageFinding] { found.withLock { $0 } }
  func add(_ finding: StorageFinding) { found.withLock { $0.append(finding) } }
}

struct TemporarySpaceTests {
  @Test func removesWhatNobodyOwns() throws {
    let scratch = try Scratch()
    try scratch.write("1-dead/deep/file", "x")
    try scratch.write("1-dead.lock", "")
    try scratch.write("2-half.lock", "")
    let space = try TemporarySpace(in: scratch.path)
    let name = FileTree.lastComponent(of: space.path)
    #expect(try scratch.names() == [name, name + ".lock"])
  }

  @Test func keepsWhatLives() throws {
    let scratch = try Scratch()
    let first = try TemporarySpace(in: scratch.path)
    let made = try first.makeDirectory("work")
    let second = try TemporarySpace(in: scratch.path)
    #expect(FileTree.exists(made))
    #expect(FileTree.exists(second.path) && second.path != first.path)
    #expect(try scratch.names().count == 4)
  }
}

struct SnapshotCatalogTests {
  @Test func givesNamesAndTakesThem() throws {
    let scratch = try Scratch()
    let store = try Store(at: StorePaths(root: scratch.path))
    let name = SHA256.digest(of: "snapshot")
    func finished(_ text: String) throws -> String {
      let made = try store.makeTemporaryDirectory("snapshot")
      try FileTree.replace(made + "/file", with: Array(text.utf8))
      return made
    }
    #expect(try !store.snapshots.contains(name))
    try store.snapshots.commit(try finished("first"), as: name, of: name)
    // Whoever comes second has made the same.
    let second = try finished("second")
    try store.snapshots.commit(second, as: name, of: name)
    #expect(!FileTree.exists(second))
    #expect(try scratch.read("snapshots/\(name.hex)/file") == "first")
    #expect(!FileTree.exists(scratch("tmp/removed")))
  }

  /// What the database does not know may be what a command runs on.
  @Test func whatIsReplacedStaysWhileTheStoreIsOpen() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let name = SHA256.digest(of: "snapshot")
    do {
      let store = try Store(at: paths)
      try scratch.write("snapshots/\(name.hex)/file", "old")
      // As a mount has it: by what it is, not by its name.
      let below = try Directory.open(store.snapshots.path(of: name))
      let made = try store.makeTemporaryDirectory("snapshot")
      try FileTree.replace(made + "/file", with: Array("new".utf8))
      try store.snapshots.commit(made, as: name, of: name)
      #expect(try scratch.read("snapshots/\(name.hex)/file") == "new")
      #expect(try below.entries().count == 1)
      _ = try Store(at: paths)
      #expect(try below.entries().count == 1)
    }
    let store = try Store(at: paths)
    #expect(!FileTree.exists(paths.removedSnapshots))
    #expect(try store.snapshots.contains(name))
  }

  @Test func aLostDatabaseTakesNoSnapshotFromWhoUsesIt() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let name = SHA256.digest(of: "snapshot")
    func commit(to store: Store) throws {
      let made = try store.makeTemporaryDirectory("snapshot")
      try FileTree.replace(made + "/file", with: [1])
      try store.snapshots.commit(made, as: name, of: name)
    }
    do {
      let first = try Store(at: paths)
      try commit(to: first)
      for suffix in ["", "-wal", "-shm"] { try FileTree.removeFile(paths.database + suffix) }
      let second = try Store(at: paths)
      #expect(FileTree.exists(first.snapshots.path(of: name) + "/file"))
      #expect(try !second.snapshots.contains(name))
      try commit(to: second)
      #expect(try second.snapshots.contains(name))
    }
    for suffix in ["", "-wal", "-shm"] { try FileTree.removeFile(paths.database + suffix) }
    _ = try Store(at: paths)
    #expect(try scratch.names("snapshots") == [])
  }
}

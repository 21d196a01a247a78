import FileSystem
import Glibc
import OCI
import SQLite
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

  @Test func saysThatItsDatabaseIsDamaged() throws {
    let scratch = try Scratch()
    _ = try Self.store(scratch)
    for suffix in ["-wal", "-shm"] { try FileTree.removeFile(scratch("store/store.db" + suffix)) }
    try scratch.write("store/store.db", String(repeating: "no database ", count: 500))
    #expect(throws: StorageError.self) { _ = try Self.store(scratch) }
  }

  @Test func locksAreOnKeys() throws {
    let scratch = try Scratch()
    let store = try Self.store(scratch)
    let held = try store.lock(SHA256.digest(of: "a"))
    let other = try store.lock(SHA256.digest(of: "b")) { Issue.record("nobody has it") }
    #expect(
      try scratch.names("store/locks").filter { !["suspects", "index"].contains($0) }.count == 2)
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
    #expect(!store.snapshots.contains(name))
    try store.snapshots.commit(try finished("first"), as: name)
    // Whoever comes second has made the same.
    let second = try finished("second")
    try store.snapshots.commit(second, as: name)
    #expect(!FileTree.exists(second))
    #expect(try scratch.read("snapshots/\(name.hex)/file") == "first")
    try store.snapshots.remove(name)
    try store.snapshots.remove(name)
    #expect(try scratch.names("snapshots") == [])
  }
}

/// What a boot that ended badly left.
struct SuspectListTests {
  /// Makes what was noted so far look as if another boot had written it.
  private static func reboot(_ scratch: Scratch) throws {
    try Database(path: scratch("store.db"), mode: .readWrite)
      .execute("UPDATE suspects SET boot = 'another'")
  }

  private static func suspects(_ scratch: Scratch) throws -> Int {
    try Database(path: scratch("store.db"), mode: .readOnly)
      .all("SELECT name FROM suspects") { $0.blob(0) }.count
  }

  @Test func isLookedAtBeforeItIsUsed() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let snapshot = SHA256.digest(of: "snapshot")
    let (good, lost, torn): (Digest, Digest, Digest)
    do {
      let store = try Store(at: paths)
      good = try store.blobs.write([1])
      lost = try store.blobs.write([2])
      torn = try store.blobs.write([3, 3])
      try store.snapshots.commit(try store.makeTemporaryDirectory("s"), as: snapshot)
    }
    #expect(try Self.suspects(scratch) == 4)
    try scratch.write("blobs/sha256/" + torn.hex, "")
    try FileTree.removeFile(scratch("blobs/sha256/" + lost.hex))
    try Self.reboot(scratch)
    let store = try Store(at: paths)
    #expect(try scratch.names("blobs/sha256") == [good.hex])
    #expect(!store.snapshots.contains(snapshot))
    #expect(try Self.suspects(scratch) == 0)
  }

  /// What cannot be read is dropped, and keeps nobody from going on.
  @Test func dropsWhatCannotBeRead() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let digest = try Store(at: paths).blobs.write([1])
    try FileTree.removeFile(scratch("blobs/sha256/" + digest.hex))
    symlink(scratch.path, scratch("blobs/sha256/" + digest.hex))
    try Self.reboot(scratch)
    #expect(try Store(at: paths).blobs.size(of: digest) == nil)
  }

  @Test func nothingIsReadTwiceInOneBoot() throws {
    let scratch = try Scratch()
    let paths = StorePaths(root: scratch.path)
    let digest = try Store(at: paths).blobs.write([1])
    try scratch.write("blobs/sha256/" + digest.hex, "x")
    #expect(try Store(at: paths).blobs.size(of: digest) == 1)
    #expect(try Self.suspects(scratch) == 1)
  }
}

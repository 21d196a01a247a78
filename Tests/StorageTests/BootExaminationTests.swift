import FileSystem
import Glibc
import OCI
import SQLite
import TestSupport
import Testing

@testable import Storage

/// What a boot that ended badly left, and what somebody did to a store.
struct BootExaminationTests {
  private let scratch: Scratch
  private let paths: StorePaths
  private let found = Findings()

  init() throws {
    scratch = try Scratch()
    paths = StorePaths(root: scratch.path)
  }

  private func open() throws -> Store { try Store(at: paths, report: found.add) }

  private func database() throws -> Database {
    try Database(path: scratch("store.db"), mode: .readWrite)
  }

  /// Makes what was noted so far look as if another boot had written it.
  private func reboot() throws {
    try database().execute("UPDATE contents SET boot = 'another'")
    try database().execute("UPDATE examined SET boot = 'another'")
  }

  private func noted() throws -> Int {
    try database().all("SELECT name FROM contents") { $0.blob(0) }.count
  }

  @Test func whatAnotherBootLeftIsLookedAt() throws {
    let snapshot = SHA256.digest(of: "snapshot")
    let (good, lost, torn): (Digest, Digest, Digest)
    do {
      let store = try open()
      good = try store.blobs.write([1])
      lost = try store.blobs.write([2])
      torn = try store.blobs.write([3, 3])
      try store.snapshots.commit(try store.makeTemporaryDirectory("s"), as: snapshot, of: snapshot)
    }
    #expect(try noted() == 4)
    try scratch.write("blobs/sha256/" + torn.hex, "")
    try FileTree.removeFile(scratch("blobs/sha256/" + lost.hex))
    try reboot()
    let store = try open()
    #expect(try scratch.names("blobs/sha256") == [good.hex])
    #expect(found.all == [.blob(torn)])
    #expect(try !store.snapshots.contains(snapshot))
    #expect(try scratch.names("snapshots") == [])
    #expect(try noted() == 1)
  }

  /// The log of the database is not synced either: its end may be lost, and a file be there.
  @Test func whatIsNotNotedIsLookedAt() throws {
    let (good, torn) = (SHA256.digest(of: "good"), SHA256.digest(of: "torn"))
    do { _ = try open() }
    try scratch.write("blobs/sha256/" + good.hex, "good")
    try scratch.write("blobs/sha256/" + torn.hex, "tor\0")
    try scratch.write("snapshots/\(good.hex)/file", "x")
    try reboot()
    let store = try open()
    #expect(try scratch.names("blobs/sha256") == [good.hex])
    #expect(try store.blobs.size(of: good) == 4)
    #expect(try scratch.names("snapshots") == [])
  }

  @Test func whatWasSyncedIsNotReadAgain() throws {
    let digest = try open().blobs.write([1])
    try reboot()
    // As if all had been synced: only then a wrong stamp can be told from wrong bytes.
    try database().execute("UPDATE contents SET is_synced = 1")
    #expect(try open().blobs.size(of: digest) == 1)
    #expect(try database().first("SELECT boot FROM contents") { $0.text(0) } == "another")
  }

  /// What cannot be read is dropped, and keeps nobody from going on.
  @Test func dropsWhatCannotBeRead() throws {
    let digest = try open().blobs.write([1])
    try FileTree.removeFile(scratch("blobs/sha256/" + digest.hex))
    symlink(scratch.path, scratch("blobs/sha256/" + digest.hex))
    try reboot()
    #expect(try open().blobs.size(of: digest) == nil)
  }

  @Test(arguments: ["x", "", "no"])
  func whatSomebodyChangedIsSeenInTheSameBoot(text: String) throws {
    let digest = try open().blobs.write([1])
    try scratch.write("blobs/sha256/" + digest.hex, text)
    let store = try open()
    #expect(throws: StorageError.missingBlob(digest)) { _ = try store.blobs.reader(of: digest) }
    #expect(found.all == [.blob(digest)])
    #expect(try scratch.names("blobs/sha256") == [])
    #expect(try noted() == 0)
  }

  @Test func whatWasOnlyTouchedStays() throws {
    let digest = try open().blobs.write([1])
    utimes(scratch("blobs/sha256/" + digest.hex), nil)
    #expect(try open().blobs.read(digest) == [1])
    #expect(found.all == [])
  }

  @Test func nothingNamesWhatWasRemoved() throws {
    let (layer, key) = (SHA256.digest(of: "layer"), SHA256.digest(of: "key"))
    let digest: Digest
    do {
      let store = try open()
      digest = try store.blobs.write([1])
      let descriptor = Descriptor(mediaType: .layer, digest: digest, size: 1)
      try store.layers.add(
        StoredLayer(diffID: layer, descriptor: descriptor, isOwn: true), index: .empty,
        members: [.init(key: key, offset: 0, length: 1)])
    }
    try FileTree.removeFile(scratch("blobs/sha256/" + digest.hex))
    try reboot()
    let store = try open()
    #expect(try store.layers.layer(layer) == nil)
    for table in ["layers", "members", "contents"] {
      #expect(try database().first("SELECT 1 FROM \(table)") { _ in true } == nil)
    }
  }
}

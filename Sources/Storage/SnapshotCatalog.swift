import FileSystem
package import OCI
import SQLite

/// Unpacked layers, each ready to be a lower directory. All of them can be made again from blobs.
///
/// A layer of runctl's own is named by its diff ID; a foreign one, which is completed with what the
/// layers below it say about its directories, by its chain ID.
package struct SnapshotCatalog: Sendable {
  let directory: String
  /// Where those are that have lost their name while somebody may have used them.
  let removed: String
  let workspace: TemporarySpace
  let records: ContentRecords
  let use: StoreUse
  let pins: Pins

  package func path(of name: Digest) -> String { directory + "/" + name.hex }

  /// Whether there is one that was finished, and is as it was then. It stays from here on, as long
  /// as the store is open.
  package func contains(_ name: Digest) throws -> Bool {
    try pins.pin(name)
    return try containsForNow(name)
  }

  /// For who only looks around: what is there now may be gone in a moment.
  func containsForNow(_ name: Digest) throws -> Bool {
    guard let status = try FileStatus.of(path(of: name), followLink: false) else { return false }
    return try status.kind == .directory && records.isKnown(.snapshot, name, status)
  }

  /// Gives a finished directory its name; when another was faster, that one stays.
  ///
  /// Whoever calls this has the store's lock on `name`: what has the name and is not noted is
  /// somebody's who was stopped, or was noted in a database that is lost. Then a command may run on
  /// it at this moment, so it loses its name and nothing else.
  /// - Parameter diffID: The layer that was unpacked.
  package func commit(_ finished: String, as name: Digest, of diffID: Digest) throws {
    if try contains(name) {
      try FileTree.remove(finished)
      return
    }
    let path = path(of: name)
    if try FileStatus.of(path, followLink: false) == nil {
      try FileTree.rename(finished, to: path)
    } else {
      try records.forget(.snapshot, name)
      try FileTree.makeDirectories(removed, permissions: 0o700)
      // Through the folder that outlives this process, so that no kill leaves the old one in tmp/.
      let place = "\(removed)/\(UInt64.random(in: 0 ... .max))"
      try FileTree.rename(finished, to: place)
      try FileTree.exchange(place, path)
    }
    guard let status = try FileStatus.of(path, followLink: false) else { return }
    try records.note(.snapshot, name, status)
    try records.database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO snapshots VALUES (?, ?)", [.blob(name.bytes), .blob(diffID.bytes)])
    }
  }

  /// Removes these, and what has lost its name before; does nothing while somebody has the store
  /// open, for whose mounts all of them may be.
  func clear(_ names: [Digest] = []) throws {
    guard !names.isEmpty || FileTree.exists(removed), let alone = try use.attemptAlone() else {
      return
    }
    let grave = try workspace.makeDirectory("removed")
    for name in names {
      try records.forget(.snapshot, name)
      try FileTree.rename(path(of: name), to: grave + "/" + name.hex)
    }
    if FileTree.exists(removed) { try FileTree.rename(removed, to: grave + "/earlier") }
    // Nothing in it has a name any more: whoever opens the store now need not wait.
    _ = consume alone
    try FileTree.remove(grave)
  }
}

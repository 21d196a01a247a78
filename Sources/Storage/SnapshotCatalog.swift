import FileSystem
package import OCI

/// Unpacked layers, each ready to be a lower directory. All of them can be made again from blobs.
///
/// A layer of runctl's own is named by its diff ID; a foreign one, which is completed with what the
/// layers below it say about its directories, by its chain ID.
package struct SnapshotCatalog: Sendable {
  let directory: String
  let workspace: TemporarySpace
  let records: ContentRecords

  package func path(of name: Digest) -> String { directory + "/" + name.hex }

  /// Whether there is one that was finished, and is as it was then.
  package func contains(_ name: Digest) throws -> Bool {
    guard let status = try FileStatus.of(path(of: name), followLink: false) else { return false }
    return try status.kind == .directory && records.isKnown(.snapshot, name, status)
  }

  /// Gives a finished directory its name; when another was faster, that one stays.
  ///
  /// Whoever calls this has the store's lock on `name`: what has the name and is not noted is
  /// somebody's who was stopped.
  package func commit(_ finished: String, as name: Digest) throws {
    if try contains(name) {
      try FileTree.remove(finished)
      return
    }
    try remove(name)
    try FileTree.rename(finished, to: path(of: name))
    guard let status = try FileStatus.of(path(of: name), followLink: false) else { return }
    try records.note(.snapshot, name, status)
  }

  /// Takes a snapshot away: first its name, then what is in it.
  package func remove(_ name: Digest) throws {
    guard try FileStatus.of(path(of: name), followLink: false) != nil else { return }
    try records.forget(.snapshot, name)
    let grave = try workspace.makeDirectory("removed") + "/snapshot"
    try FileTree.rename(path(of: name), to: grave)
    try FileTree.remove(grave)
  }
}

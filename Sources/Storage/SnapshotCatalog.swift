import FileSystem
package import OCI

/// Unpacked layers, each ready to be a lower directory. All of them can be made again from blobs.
///
/// A layer of runctl's own is named by its diff ID; a foreign one, which is completed with what the
/// layers below it say about its directories, by its chain ID.
package struct SnapshotCatalog: Sendable {
  let directory: String
  let workspace: TemporarySpace
  let suspects: SuspectList

  package func path(of name: Digest) -> String { directory + "/" + name.hex }

  package func contains(_ name: Digest) -> Bool { FileTree.exists(path(of: name)) }

  /// Gives a finished directory its name; when another was faster, that one stays.
  package func commit(_ finished: String, as name: Digest) throws {
    if contains(name) {
      try FileTree.remove(finished)
      return
    }
    try suspects.add(.snapshot, name)
    do {
      try FileTree.rename(finished, to: path(of: name))
    } catch let error where contains(name) {
      _ = error
      try FileTree.remove(finished)
    }
  }

  /// Takes a snapshot away: first its name, then what is in it.
  package func remove(_ name: Digest) throws {
    guard contains(name) else { return }
    let grave = try workspace.makeDirectory("removed") + "/snapshot"
    try FileTree.rename(path(of: name), to: grave)
    try FileTree.remove(grave)
  }
}

import FileSystem
import Glibc
package import OCI
import SQLite

/// Which image of which project: the newest build of each counts as needed.
package struct BuildOwner: Sendable, Hashable, Comparable {
  /// The absolute path of the project's root.
  package let project: String
  package let image: String
  /// The stage that is built; empty for the last.
  package let stage: String

  package init(project: String, image: String, stage: String) {
    (self.project, self.image, self.stage) = (project, image, stage)
  }

  package static func < (a: BuildOwner, b: BuildOwner) -> Bool {
    (a.project, a.image, a.stage) < (b.project, b.image, b.stage)
  }
}

extension BuildOwner {
  /// No path of a project is like that.
  private static let importing = "imported"

  /// What came in an archive, until a project of this machine has built from it.
  package static func imported(_ manifest: Digest) -> BuildOwner {
    BuildOwner(project: importing, image: manifest.short, stage: "")
  }

  package var isImport: Bool { project == Self.importing }
}

/// The newest build of an image of a project.
package struct BuildRecord: Sendable, Equatable {
  package let owner: BuildOwner
  package let manifest: Digest
  /// Of all steps whose results it used; that of a base image is its manifest, and that of
  /// what an ADD fetched is its content.
  package let steps: [Digest]
  /// When it was built, or last found up to date, in seconds since 1970-01-01T00:00:00Z; up to an
  /// hour too early.
  package let lastUsed: Int64

  /// How long what was imported waits for its first build, in seconds.
  private static let patience: Int64 = 7 * 86_400

  /// What a folder needed that is gone nobody needs.
  /// - Parameter now: In seconds since 1970-01-01T00:00:00Z.
  func counts(now: Int64) -> Bool {
    owner.isImport ? now - lastUsed < Self.patience : FileTree.exists(owner.project)
  }
}

/// The newest build of each image of each project, for those who ask what is still needed.
package struct BuildCatalog: Sendable {
  let database: StoreDatabase
  let paths: StorePaths

  /// Notes a build in place of the one before.
  package func set(_ manifest: Digest, steps: [Digest], for owner: BuildOwner) throws {
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO builds VALUES (?, ?, ?, ?, ?, ?)",
        [
          .text(owner.project), .text(owner.image), .text(owner.stage), .blob(manifest.bytes),
          .integer(Int64(time(nil))), .blob(steps.flatMap(\.bytes)),
        ])
    }
    UseMarker(of: owner, in: paths).touch()
  }

  /// Notes results of a build that did not come to its end, beside what the one before needs.
  /// - Parameter base: Stands in for the image when there was none before.
  package func keep(_ steps: [Digest], for owner: BuildOwner, on base: Digest) throws {
    let before = try all().first { $0.owner == owner }
    let known = before?.steps ?? []
    let more = steps.filter { !known.contains($0) }
    if more.isEmpty { return }
    try set(before?.manifest ?? base, steps: known + more, for: owner)
  }

  package func all() throws -> [BuildRecord] {
    try database.use(all)
  }

  func all(_ database: Database) throws -> [BuildRecord] {
    try database.all(
      """
      SELECT project, image, stage, manifest, created, steps FROM builds
      ORDER BY project, image, stage
      """
    ) { row -> BuildRecord? in
      let owner = BuildOwner(project: row.text(0), image: row.text(1), stage: row.text(2))
      guard let manifest = Digest(bytes: row.blob(3)) else { return nil }
      let marked = UseMarker(of: owner, in: paths).lastUse ?? 0
      return BuildRecord(
        owner: owner, manifest: manifest, steps: Digest.list(row.blob(5)),
        lastUsed: max(row.integer(4), marked))
    }.compactMap(\.self)
  }
}

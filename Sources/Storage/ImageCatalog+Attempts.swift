import Glibc
package import OCI
import SQLite

/// When registries were asked what a name means, and did not say.
extension ImageCatalog {
  /// In seconds since 1970-01-01T00:00:00Z; nil when none was asked in vain.
  package func attempt(on reference: ImageReference, _ platform: Platform) throws -> Int64? {
    func read() throws -> Int64? {
      try database.use {
        try $0.first(
          "SELECT asked FROM attempts WHERE reference = ? AND platform = ?",
          [.text(reference.description), .text(platform.description)]
        ) { $0.integer(0) }
      }
    }
    // One that an older runctl made, and that cannot be written, has no such table.
    return database.isReadOnly ? try? read() : try read()
  }

  package func noteAttempt(on reference: ImageReference, _ platform: Platform) throws {
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)",
        [
          .text(reference.description), .text(platform.description), .integer(Int64(time(nil))),
        ])
    }
  }
}

package import OCI
import SQLite

/// What a name in a registry meant when it was last asked for.
package struct Resolution: Sendable {
  package let reference: ImageReference
  package let platform: Platform
  package let manifest: Descriptor
}

extension ImageCatalog {
  package func resolutions() throws -> [Resolution] {
    try database.use {
      try $0.all(
        """
        SELECT reference, platform, manifest, size, media_type FROM resolutions
        ORDER BY reference, platform
        """
      ) { row in
        guard let reference = ImageReference(row.text(0)), let platform = Platform(row.text(1)),
          let digest = Digest(bytes: row.blob(2))
        else { return nil }
        return Resolution(
          reference: reference, platform: platform,
          manifest: Descriptor(
            mediaType: MediaType(rawValue: row.text(4)), digest: digest, size: row.integer(3)))
      }
    }.compactMap(\.self)
  }

  /// Forgets what a name meant, if it is still that.
  package func drop(_ resolution: Resolution) throws {
    try database.use {
      try $0.execute(
        "DELETE FROM resolutions WHERE reference = ? AND platform = ? AND manifest = ?",
        [
          .text(resolution.reference.description), .text(resolution.platform.description),
          .blob(resolution.manifest.digest.bytes),
        ])
    }
  }
}

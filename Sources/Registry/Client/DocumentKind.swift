import FoundationEssentials
import OCI

/// What a document is that a registry gave for a reference.
enum DocumentKind {
  case manifest
  case index

  private struct Shape: Decodable {
    struct Anything: Decodable {}
    var schemaVersion: Int?
    var mediaType: String?
    var config: Anything?
    var manifests: [Anything]?
    var layers: [Anything]?
    var fsLayers: [Anything]?
  }

  /// - Throws: ``RegistryError`` for what is neither, and for what could be read as both: two
  ///   clients must not see two images in one document.
  init(_ document: ManifestRequests.Document, subject: String) throws {
    guard let shape = try? JSONDecoder().decode(Shape.self, from: Data(document.bytes)) else {
      throw RegistryError.malformed(subject: subject, reason: "its manifest is not JSON")
    }
    if shape.schemaVersion == 1 || shape.fsLayers != nil {
      throw RegistryError.unsupported(
        subject: subject, reason: "is in Docker's old format (schema 1), which is not supported")
    }
    let isManifest = shape.config != nil || shape.layers != nil
    guard isManifest != (shape.manifests != nil) else {
      throw RegistryError.malformed(
        subject: subject,
        reason: isManifest ? "it is manifest and index at once" : "it is no manifest")
    }
    self = isManifest ? .manifest : .index
    let named = shape.mediaType.map(MediaType.init(rawValue:)) ?? document.contentType
    let contradicts = isManifest ? named.isIndex : named.isManifest
    guard !contradicts else {
      throw RegistryError.malformed(
        subject: subject, reason: "its media type does not fit its content")
    }
  }
}

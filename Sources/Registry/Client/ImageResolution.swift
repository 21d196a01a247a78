import FoundationEssentials
import OCI

/// From a reference to the documents of one image: index, manifest, configuration.
///
/// Source: OCI image-spec v1.1, `image-index.md`, `manifest.md`, `config.md`.
struct ImageResolution {
  let requests: ManifestRequests
  let reference: ImageReference
  let platform: Platform

  /// An index may name indexes; deeper than this it is not an image's.
  private static let maximumDepth = 3

  func resolve() throws -> ResolvedImage {
    let top = try requests.get(reference)
    let document = try descend(from: top)
    let manifest = try decode(ImageManifest.self, from: document.bytes, "manifest")
    let configBytes = try requests.blob(manifest.config, of: reference)
    let config = try decode(ImageConfig.self, from: configBytes, "configuration")
    try check(manifest, config)
    let kind = manifest.mediaType ?? (document.contentType.isManifest ? document.contentType : nil)
    return ResolvedImage(
      reference: reference, digest: top.digest,
      descriptor: Descriptor(
        mediaType: kind ?? .imageManifest, digest: document.digest,
        size: Int64(document.bytes.count), platform: config.platform),
      manifest: manifest, manifestBytes: document.bytes, config: config, configBytes: configBytes)
  }

  // MARK: From index to manifest

  private func descend(from top: ManifestRequests.Document) throws -> ManifestRequests.Document {
    var document = top
    for _ in 0..<Self.maximumDepth {
      switch try DocumentKind(document, subject: reference.familiar) {
      case .manifest: return document
      case .index:
        let index = try decode(ImageIndex.self, from: document.bytes, "index")
        let choice = try choose(from: index)
        let next = try requests.get(reference.with(digest: choice.digest))
        try ManifestRequests.verify(next.bytes, against: choice, subject: reference.familiar)
        document = next
      }
    }
    throw malformed("its indexes are nested too deep")
  }

  private func choose(from index: ImageIndex) throws -> Descriptor {
    let candidates = index.manifests.filter { $0.mediaType.isManifest || $0.mediaType.isIndex }
    if let exact = candidates.first(where: { $0.platform == platform }) { return exact }
    if let fit = candidates.first(where: { $0.platform.map(platform.accepts) ?? false }) {
      return fit
    }
    // What does not say its platform is looked into, when there is no doubt which it is.
    let silent = candidates.filter { $0.platform == nil }
    if silent.count == 1 { return silent[0] }
    // Build records are listed like images, for a platform "unknown".
    let available = index.manifests.compactMap(\.platform).filter { $0.os != "unknown" }
    throw RegistryError.noMatchingPlatform(
      subject: reference.familiar, wanted: platform, available: available)
  }

  // MARK: Checks

  private func check(_ manifest: ImageManifest, _ config: ImageConfig) throws {
    guard config.rootFS.diffIDs.count == manifest.layers.count else {
      throw malformed(
        "the manifest has \(manifest.layers.count) layers, the configuration "
          + "\(config.rootFS.diffIDs.count)")
    }
    guard manifest.layers.allSatisfy({ $0.size >= 0 }) else {
      throw malformed("a layer has a negative size")
    }
    // Old builders did not always write down what an image is for, or which variant.
    let isRight =
      config.os.isEmpty || config.architecture.isEmpty
      || (config.os == platform.os && config.architecture == platform.architecture)
    guard isRight else {
      throw RegistryError.noMatchingPlatform(
        subject: reference.familiar, wanted: platform, available: [config.platform])
    }
  }

  private func decode<Document: Decodable>(
    _ type: Document.Type, from bytes: [UInt8], _ name: String
  ) throws -> Document {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw malformed("its \(name) is not in the form of the specification")
    }
  }

  private func malformed(_ reason: String) -> RegistryError {
    .malformed(subject: reference.familiar, reason: reason)
  }
}

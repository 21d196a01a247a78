import OCI
import Storage

/// What the database names beside layers.
extension StoreExaminer {
  func examineRows(_ belongings: Belongings) throws {
    for (blob, count) in try store.layers.misplacedMembers(drops: drops) {
      findings.add(
        StoreDamage(
          kind: .members, name: blob.description,
          problem: "\(count) noted parts of it lie outside of it",
          images: belongings.imagesOfBlob[blob, default: []], steps: belongings.steps(of: blob),
          isDropped: drops))
    }
    try examineSteps()
    for resolution in try store.images.resolutions() { try examine(resolution) }
    for image in try store.images.all() { try examine(image) }
  }

  /// A step whose layer was found damaged just now goes with it, and was named there.
  private func examineSteps() throws {
    let told = Set(findings.all.flatMap(\.steps))
    for step in try store.steps.withoutLayers(drops: drops) where !told.contains(step.instruction) {
      findings.add(
        StoreDamage(
          kind: .step, name: step.key.hex, problem: "a layer that it made is not there",
          steps: [step.instruction], isDropped: drops))
    }
  }

  private func examine(_ resolution: Resolution) throws {
    guard try !store.blobs.hasFile(of: resolution.manifest.digest) else { return }
    let now = try store.images.resolution(of: resolution.reference, resolution.platform)
    guard now?.manifest.digest == resolution.manifest.digest else { return }
    if drops { try store.images.drop(resolution) }
    findings.add(
      StoreDamage(
        kind: .resolution, name: resolution.reference.familiar,
        problem: "its manifest \(resolution.manifest.digest.short) is not there",
        isDropped: drops))
  }

  /// A name that a person gave stays: another image of that name, in some registry, is not meant.
  private func examine(_ image: NamedImage) throws {
    guard let missing = try missingPart(of: image.manifest.digest),
      try store.images.image(named: image.name)?.manifest.digest == image.manifest.digest
    else { return }
    findings.add(
      StoreDamage(
        kind: .image, name: image.name.familiar, problem: "its \(missing) is not there",
        images: [image.name.familiar]))
  }

  private func missingPart(of digest: Digest) throws -> String? {
    guard let bytes = store.blobs.peek(digest),
      let manifest = try? CanonicalJSON.decode(ImageManifest.self, from: bytes)
    else { return "manifest" }
    for (part, name) in [(manifest.config, "configuration")]
      + manifest.layers.map({ ($0, "layer") })
    where try !store.blobs.hasFile(of: part.digest) {
      return "\(name) \(part.digest.short)"
    }
    return nil
  }
}

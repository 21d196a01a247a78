import BuildEngine
import BuildPlan
import Diagnostics
import DockerfileSyntax
import OCI
import Project
import State

/// What would make an image of the project smaller.
struct ImageAdvice: Encodable {
  struct Piece: Encodable {
    /// Stable, in kebab case, listed in `docs/images.md`.
    let id: String
    let file: String
    let line: Int
    let what: String
    /// When it is no advice after all.
    let unless: String?
    /// Other edits to the same end.
    let otherwise: [String]
    /// That it saves, before compression, and about how many compressed.
    let bytes: Int64
    let compressedBytes: Int64
    let files: Int
    /// Those of its files that are largest.
    let largest: [String]
    let edits: [SourceEdit]
  }

  let image: String
  let digest: String
  /// Of the files in all layers.
  let bytes: Int64
  let compressedBytes: Int64
  let savedBytes: Int64
  let savedCompressedBytes: Int64
  /// That which saves most first.
  let advice: [Piece]

  init(_ definition: ImageDefinition, _ build: ImageBuild) throws {
    let target = try ImageTarget(build.workspace, definition, build.settings)
    let advised = try Self.image(target)
    image = definition.name
    digest = advised.contents.manifest.description
    bytes = advised.tree.items.reduce(0) { $0 + $1.bytes }
    compressedBytes = advised.contents.compressedSize
    let writer = try AdviceWriter(image: advised, target: target)
    advice = ImageAdvisor.findings(in: advised).map(writer.piece)
    savedBytes = advice.reduce(0) { $0 + $1.bytes }
    savedCompressedBytes = advice.reduce(0) { $0 + $1.compressedBytes }
  }

  /// The last build beside the plan, which must be what it was built by.
  private static func image(_ target: ImageTarget) throws -> AdvisedImage {
    let workspace = target.workspace
    let assessment = try target.assessment(workspace.reading(), events: { _ in })
    guard let record = assessment.record, let manifest = Digest(record.output) else {
      throw ImageSubject.notBuilt(target.image.name)
    }
    guard assessment.reasons.isEmpty,
      let advised = AdvisedImage(
        try ImageContents(manifest, in: workspace.store()), of: assessment.plan,
        files: record.files, places: record.places)
    else {
      let reason = assessment.reasons.first.map { ": " + $0 } ?? ""
      throw UsageError(
        "image-out-of-date", "image '\(target.image.name)' is out of date\(reason)",
        help: "run 'runctl build \(target.image.name)' first: advice is about what was built")
    }
    return advised
  }
}

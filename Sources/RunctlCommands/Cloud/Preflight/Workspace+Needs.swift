import AWS
import BuildEngine
import Launching
import OCI
import Project
import Storage

extension Workspace {
  /// What a run of an image needs elsewhere.
  /// - Parameters:
  ///   - reference: As the machine pulls it.
  ///   - manifest: Where the store has the image, what its layers hold is counted.
  func needs(
    of reference: ImageReference, _ config: ImageConfig, compressedSize: Int64? = nil,
    manifest: Digest?
  ) throws -> RunNeeds {
    let contents = try manifest.flatMap { digest in
      try store().blobs.size(of: digest) == nil
        ? nil : try? ImageContents(digest, in: store())
    }
    var needs = RunNeeds(
      .container(
        RunNeeds.Image(
          reference: reference, config: config,
          unpackedSize: contents.map { $0.layers.reduce(0) { $0 + $1.size } },
          compressedSize: compressedSize ?? contents?.compressedSize)))
    if cloudRegistry.includes(reference.registry) {
      needs.ecrRegion = ECRHost(reference.registry)?.region ?? cloud.region
    }
    needs.bucket = bucketOfRuns
    return needs
  }

  /// What a run with the machine's own Python needs elsewhere.
  var needsOfCode: RunNeeds {
    var needs = RunNeeds(.code)
    needs.bucket = bucketOfRuns
    return needs
  }

  /// Where code, outputs and long logs pass through; nil when the project names none.
  var bucketOfRuns: String? {
    project.configuration.aws.s3Bucket.flatMap { S3Location($0.value)?.bucket }
  }
}

import AWS
import Project

/// Where a project's things are in S3.
struct RemotePlaces {
  private let bucket: S3Location?
  let project: String
  private let user: String

  /// - Throws: `UsageError` for a bucket that cannot be one.
  init(_ options: RemoteTrainOptions, _ workspace: Workspace) throws {
    let settings = workspace.project.configuration.aws
    bucket = try settings.s3Bucket.map { written in
      guard let place = S3Location(written.value) else {
        throw Self.invalid(written.value, "s3_bucket in [aws]")
      }
      return place
    }
    let folder = workspace.project.root.path.split(separator: "/").last.map(String.init) ?? ""
    let name =
      options.projectName ?? settings.defaultProjectName?.value
      ?? workspace.project.configuration.projectName?.value ?? folder
    project = ImageName.from(folder: name)
    user = ImageName.from(
      folder: settings.userID?.value ?? workspace.environment["USER"] ?? "nobody")
  }

  var hasBucket: Bool { bucket != nil }

  /// Where the archives of its code are, each under its digest.
  /// - Throws: `UsageError` when nobody says which bucket.
  func code() throws -> S3Location {
    guard let bucket else {
      throw UsageError(
        "no-bucket", "without a container the code goes by S3, and no bucket is named",
        help: "s3_bucket = \"BUCKET\" in [aws] of .runctl.toml, or a Dockerfile")
    }
    return bucket.appending("runctl/\(project)/\(user)/code")
  }

  /// Where the outputs of a run go that nobody names a place for; nil without a bucket.
  func outputs(of run: String) -> S3Location? {
    bucket?.appending("runctl/\(project)/\(user)/runs/\(run)/outputs")
  }

  /// - Parameter option: What it was given by.
  static func location(_ text: String, _ option: String) throws -> S3Location {
    guard text.hasPrefix("s3://"), let place = S3Location(text) else {
      throw invalid(text, option)
    }
    return place
  }

  private static func invalid(_ text: String, _ option: String) -> UsageError {
    UsageError(
      "invalid-s3-url", "\(option): '\(text)' is no place in S3", help: "write s3://BUCKET/PATH")
  }
}

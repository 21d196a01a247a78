import FileSystem
import Launching
import OCI
import State

/// What is still to be done here when a run on another machine has ended, whoever sees that, and what
/// a replay needs to know of it: kept beside its log, so that it survives the runctl that started it.
struct RunAftermath: Codable, Equatable {
  /// Something that comes back to the project.
  struct Output: Codable, Equatable {
    /// As written in the settings.
    let path: String
    /// Absolute, here.
    let destination: String
    let isDirectory: Bool
    /// Absolute, in the container: where it may be written, the likeliest first.
    let places: [String]
  }

  let image: String
  /// See `Target.detail`.
  let detail: String
  /// What the run is made from; secrets are keyed hashes.
  let inputs: [Input]
  /// Why it runs.
  let reasons: [String]
  let outputs: [Output]
  /// Where in S3 the instance leaves the outputs; nil when they stay there.
  var place: String?
  /// The project's name in S3.
  let project: String
  /// Whether the image is made for CUDA.
  let wantsCUDA: Bool

  var target: Target { Target(image: image, kind: .run, detail: detail) }

  private static func path(in folder: String) -> String { folder + "/aftermath.json" }

  /// - Parameter folder: Of the run, absolute.
  func write(in folder: String) throws {
    try FileTree.replace(
      Self.path(in: folder), with: CanonicalJSON.encode(self), permissions: 0o600)
  }

  /// - Returns: nil for a run without one, or whose file cannot be understood.
  static func read(in folder: String) -> RunAftermath? {
    guard let bytes = try? FileTree.readIfPresent(path(in: folder)) else { return nil }
    return try? CanonicalJSON.decode(RunAftermath.self, from: bytes)
  }
}

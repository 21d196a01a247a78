package import OCI

/// What a machine has, as ``InstanceSurvey`` found it. What is nil was not found out.
package struct InstanceFacts: Sendable, Hashable {
  package var platform: Platform?
  /// The daemon's version; nil without one that answers.
  package var docker: String?
  /// Why the daemon does not answer, though there is a `docker` program.
  package var dockerProblem: String?
  package var hasDockerRuntimeOfNVIDIA = false
  /// Where images are, in bytes.
  package var freeBytes: Int64?
  package var hasPython = false
  /// nil without `nvidia-smi`.
  package var gpuCount: Int?
  package var driver: DriverVersion?
  /// The newest that the driver knows.
  package var cuda: DriverVersion?
  package var hasImage = false
  /// Whether the lowest of the image's layers is there: without it none of them is of use.
  package var hasLayers: Bool?
  package var canLogIn: Bool?
  package var loginProblem: String?
  package var pullProblem: String?
  package var canUseBucket: Bool?
  package var bucketProblem: String?

  package init() {}

  /// - Parameter output: Of the survey's script. Lines that nobody asked for are passed over.
  package init(_ output: String) {
    for line in output.split(whereSeparator: \.isNewline) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let value = String(line[line.index(after: equals)...])
      note(String(line[..<equals]), value)
    }
  }

  private mutating func note(_ name: String, _ value: String) {
    switch name {
    case "machine": platform = Platform(value)
    case "docker": docker = value
    case "docker-error": dockerProblem = value
    case "runtimes" where value.split(separator: " ").contains("nvidia"):
      hasDockerRuntimeOfNVIDIA = true
    case "toolkit": hasDockerRuntimeOfNVIDIA = true
    case "free": freeBytes = Int64(value).map { $0 * 1024 }
    case "python": hasPython = true
    case "gpus": gpuCount = Int(value)
    case "driver": driver = DriverVersion(value)
    case "cuda": cuda = DriverVersion(value)
    case "image": hasImage = true
    case "layers": hasLayers = value == "yes"
    case "login": canLogIn = true
    case "login-error": (canLogIn, loginProblem) = (false, value)
    case "pull-error": pullProblem = value
    case "bucket": canUseBucket = true
    case "bucket-error": (canUseBucket, bucketProblem) = (false, value)
    default: break
    }
  }
}

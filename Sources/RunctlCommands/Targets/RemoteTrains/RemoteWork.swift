import AWS
import Launching
import OCI
import State

/// What an instance has to fetch, once everything is where it can be fetched from.
enum RemoteWork: Sendable, Hashable {
  /// By digest.
  case image(ImageReference)
  case code(S3Location, Digest)

  private static let reference = "reference"
  private static let code = "code"

  /// What a recorded run had; nil where that is not known.
  init?(of record: RunRecord) {
    func value(_ name: String) -> String? { record.facts.first { $0.name == name }?.value }
    if let value = value(Self.code), let space = value.lastIndex(of: " "),
      let digest = Digest(value[value.index(after: space)...]),
      let place = S3Location(String(value[..<space]))
    {
      self = .code(place, digest)
    } else if let reference = value(Self.reference).flatMap({ ImageReference($0) }) {
      self = .image(reference)
    } else {
      return nil
    }
  }

  /// What is recorded of a run that has it.
  var fact: Input {
    switch self {
    case .image(let reference): Input(Self.reference, reference.description)
    case .code(let place, let digest): Input(Self.code, "\(place) \(digest)")
    }
  }

  /// - Parameter region: The instance's.
  func program(_ workspace: Workspace, near region: String) -> RemoteJob.Program {
    switch self {
    case .image(let reference):
      return .container(
        image: reference.description,
        login: workspace.cloudRegistry.login(on: reference.registry, near: region))
    case .code(let place, _): return .code(archive: place.description)
    }
  }
}

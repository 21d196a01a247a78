package import FileSystem

/// Where a Dockerfile was looked for, and what was there.
package struct DockerfileDetection: Sendable, Hashable {
  /// The usual places, the best first.
  package static let places = [
    "Dockerfile", "Dockerfile.train", "docker/Dockerfile", "deployment/Dockerfile",
    "training/Dockerfile", "scripts/Dockerfile", "src/Dockerfile",
  ]

  /// Absolute.
  package let directory: String
  /// The first place that has one.
  package let found: String?
  /// Later places that have one too, and are not used.
  package let alsoThere: [String]

  package static func detect(in directory: String) throws(FileError) -> DockerfileDetection {
    var there: [String] = []
    for place in places {
      let status = try FileStatus.of(directory + "/" + place, followLink: true)
      if status?.kind == .file { there.append(place) }
    }
    return DockerfileDetection(
      directory: directory, found: there.first, alsoThere: Array(there.dropFirst()))
  }

  /// Absolute.
  package var path: String? { found.map { directory == "/" ? "/\($0)" : "\(directory)/\($0)" } }

  /// Why it is this one, in words for a person.
  package var reason: String {
    guard let found else {
      return "none of \(Self.places.joined(separator: ", ")) is there"
    }
    let before = Self.places.prefix { $0 != found }
    let first =
      before.isEmpty
      ? "it is the first place looked at"
      : "the places before it have none: \(before.joined(separator: ", "))"
    let others =
      alsoThere.isEmpty ? "" : "; there too, not used: \(alsoThere.joined(separator: ", "))"
    return first + others
  }
}

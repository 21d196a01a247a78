package import OCI
package import Sandbox

/// Something that a run makes and the project wants to have.
package struct RunOutput: Sendable, Hashable, Codable {
  package enum Form: String, Sendable, Hashable, Codable {
    /// The project's directory is mounted: what is written is there at once.
    case directory
    /// Brought back when the run is over.
    case file
  }

  /// As written, relative to the project's root.
  package let path: String
  package let form: Form
  /// Absolute, on the host.
  package let destination: String
  /// Where in the image it may be written, the likeliest first; at least one.
  package let places: [TreePath]

  package init(path: String, form: Form, destination: String, places: [TreePath]) {
    self.path = path
    self.form = form
    self.destination = destination
    self.places = places
  }

  package var mounts: [SandboxMount] {
    guard form == .directory else { return [] }
    return places.map { SandboxMount(.bind(destination), target: $0.description) }
  }
}

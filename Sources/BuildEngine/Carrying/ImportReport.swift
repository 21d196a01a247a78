package import OCI

/// What an import has brought that was not there before.
package struct ImportReport: Sendable {
  package enum Outcome: String, Sendable, Codable {
    case added
    /// The name meant this image already.
    case same
    /// The name means another image here, and still does.
    case kept
    /// The name meant another image here.
    case replaced
  }

  package struct Name: Sendable {
    package let name: String
    package let manifest: Digest
    package let outcome: Outcome
  }

  package var names: [Name] = []
  package var steps = 0
  package var layers = 0
}

package import OCI

/// What a run is called in the project's records.
package struct RunLabel: Sendable, Hashable {
  /// The image's name in the project; empty without one.
  package let image: String
  /// The script as it was given, or the command's first word.
  package let script: String
  /// As they were given. What looks secret is recorded as `<secret>`.
  package let arguments: [String]
  package let imageDigest: Digest?

  package init(image: String, script: String, arguments: [String], imageDigest: Digest?) {
    self.image = image
    self.script = script
    self.arguments = arguments
    self.imageDigest = imageDigest
  }
}

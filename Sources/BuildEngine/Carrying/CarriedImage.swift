package import OCI

/// An image of a project that is to be carried, as its newest build has left it.
package struct CarriedImage: Sendable {
  /// For messages.
  package let name: String
  package let manifest: Digest
  package let steps: [StepReport]
  /// What it was built on: names, as people write them, and what they meant.
  package let bases: [(name: String, manifest: Digest)]

  package init(
    name: String, manifest: Digest, steps: [StepReport], bases: [(name: String, manifest: Digest)]
  ) {
    self.name = name
    self.manifest = manifest
    self.steps = steps
    self.bases = bases
  }
}

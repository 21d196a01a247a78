package import OCI

/// An image of a project that is to be carried, as its newest build has left it.
package struct CarriedImage: Sendable {
  /// For messages.
  package let name: String
  package let manifest: Digest
  package let steps: [StepReport]
  /// What it was built on: names, as people write them, and what they meant.
  package let bases: [(name: String, manifest: Digest)]

  /// What its ADDs fetched.
  package let sources: [Source]

  package struct Source: Sendable {
    /// As the Dockerfile has it, without what lets anybody in.
    package let address: String
    /// The digest of a content, or a commit.
    package let meaning: String

    package init(address: String, meaning: String) {
      (self.address, self.meaning) = (address, meaning)
    }
  }

  package init(
    name: String, manifest: Digest, steps: [StepReport],
    bases: [(name: String, manifest: Digest)], sources: [Source] = []
  ) {
    self.name = name
    self.manifest = manifest
    self.steps = steps
    self.bases = bases
    self.sources = sources
  }
}

package import OCI

/// A place in a registry that an image is sent to; its tag may be left open.
///
/// Unlike ``ImageReference``, a missing tag does not mean `latest`: that one is only moved when
/// somebody asks for it.
package struct PushDestination: Hashable, Sendable {
  package let registry: String
  package let repository: String
  /// nil: the image's own tags.
  package let tag: String?

  /// - Parameter text: A reference without a digest; otherwise nil comes back.
  package init?(_ text: String) {
    guard let reference = ImageReference(text), reference.digest == nil else { return nil }
    registry = reference.registry
    repository = reference.repository
    let lastSlash = text.lastIndex(of: "/") ?? text.startIndex
    tag = text[lastSlash...].contains(":") ? reference.tag : nil
  }

  package func reference(tag: String) -> ImageReference {
    ImageReference(registry: registry, repository: repository, tag: tag)
  }
}

extension PushDestination: CustomStringConvertible {
  package var description: String { "\(registry)/\(repository)" + (tag.map { ":\($0)" } ?? "") }
}

package import Diagnostics
package import OCI

/// An image that the plan starts from or copies from, and that must be looked up before planning.
package struct BaseRequest: Sendable, Hashable {
  package let reference: ImageReference
  package let platform: Platform
  /// Where the Dockerfile first names it.
  package let span: SourceSpan

  package var key: BaseKey { BaseKey(reference: reference, platform: platform) }
}

package struct BaseKey: Sendable, Hashable {
  package let reference: ImageReference
  package let platform: Platform

  package init(reference: ImageReference, platform: Platform) {
    self.reference = reference
    self.platform = platform
  }
}

/// What was found behind a ``BaseRequest``.
package struct ResolvedBase: Sendable, Hashable {
  package let manifest: Descriptor
  package let config: ImageConfig

  package init(manifest: Descriptor, config: ImageConfig) {
    self.manifest = manifest
    self.config = config
  }
}

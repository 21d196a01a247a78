import OCI

/// What an image is to be called, as `tags = […]` and `-t` say it.
package enum ImageTag: Hashable, Sendable {
  /// `v1`: a tag in whatever repository the image goes to.
  case tag(String)
  /// `registry.example.com/team/train:v1`: a name of its own.
  case name(PushDestination)

  /// - Parameter text: A tag or a reference without a digest; otherwise nil comes back.
  package init?(_ text: String) {
    if ImageReference.isTag(text) {
      self = .tag(text)
    } else if let name = PushDestination(text) {
      self = .name(name)
    } else {
      return nil
    }
  }
}

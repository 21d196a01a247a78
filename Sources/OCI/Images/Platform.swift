/// The kind of machine that an image is for.
///
/// Source: OCI image-spec v1.1, `image-index.md`, "platform".
package struct Platform: Hashable, Sendable, Codable {
  package var os: String
  package var architecture: String
  package var variant: String?

  package init(os: String, architecture: String, variant: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
  }

  /// `linux/amd64`, `linux/arm/v7`, or an architecture alone, as people write it.
  package init?(_ text: String) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
      .map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let os = parts.count == 1 ? "linux" : parts[0]
    let given = parts.count == 1 ? parts[0] : parts[1]
    let variant = parts.count == 3 ? parts[2] : nil
    switch given {
    case "x86_64", "x86-64": self.init(os: os, architecture: "amd64", variant: variant)
    case "aarch64": self.init(os: os, architecture: "arm64", variant: variant)
    default: self.init(os: os, architecture: given, variant: variant)
    }
    // The variant that an architecture means by itself is not written.
    if architecture == "arm64", self.variant == "v8" { self.variant = nil }
    if architecture == "arm", self.variant == nil { self.variant = "v7" }
  }

  /// The machine that this program runs on.
  package static var host: Platform {
    #if arch(arm64)
      Platform(os: "linux", architecture: "arm64")
    #else
      Platform(os: "linux", architecture: "amd64")
    #endif
  }

  /// Whether an image for `candidate` is what somebody who asks for this platform gets.
  package func accepts(_ candidate: Platform) -> Bool {
    guard os == candidate.os, architecture == candidate.architecture else { return false }
    if variant == candidate.variant { return true }
    return architecture == "arm64" && [nil, "v8"].contains(candidate.variant) && variant == nil
  }
}

extension Platform: CustomStringConvertible {
  package var description: String {
    [os, architecture, variant].compactMap(\.self).joined(separator: "/")
  }
}

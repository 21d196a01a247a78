/// The name of an image in a registry: `[host/]repository[:tag][@digest]`.
///
/// Source: distribution's `reference` grammar. As Docker does, a name without a host is on Docker
/// Hub, and one without a slash there is in `library/`.
package struct ImageReference: Hashable, Sendable {
  package static let dockerHub = "docker.io"

  /// Host and optional port.
  package let registry: String
  package let repository: String
  /// nil only when there is a digest.
  package let tag: String?
  package let digest: Digest?

  package init(registry: String, repository: String, tag: String?, digest: Digest? = nil) {
    self.registry = registry
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// - Returns: nil when `text` is not a valid reference. Without tag and digest the tag is `latest`.
  package init?(_ text: String) {
    var rest = text[...]
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      digest = Digest(rest[rest.index(after: at)...])
      guard digest != nil else { return nil }
      rest = rest[..<at]
    }
    var tag: String?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      let candidate = String(rest[rest.index(after: colon)...])
      guard Self.isTag(candidate) else { return nil }
      tag = candidate
      rest = rest[..<colon]
    }
    var registry = Self.dockerHub
    if let slash = rest.firstIndex(of: "/"), Self.isHost(rest[..<slash]) {
      registry = String(rest[..<slash])
      rest = rest[rest.index(after: slash)...]
    }
    if registry == "index.docker.io" { registry = Self.dockerHub }
    var repository = String(rest)
    guard Self.isRepository(repository) else { return nil }
    if registry == Self.dockerHub, !repository.contains("/") {
      repository = "library/" + repository
    }
    self.init(
      registry: registry, repository: repository, tag: tag ?? (digest == nil ? "latest" : nil),
      digest: digest)
  }

  package func with(digest: Digest) -> ImageReference {
    ImageReference(registry: registry, repository: repository, tag: tag, digest: digest)
  }

  package func with(tag: String) -> ImageReference {
    ImageReference(registry: registry, repository: repository, tag: tag)
  }

  /// Registry and repository, without tag and digest.
  package var name: String { registry + "/" + repository }

  /// Whether `text` may be a tag: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
  package static func isTag(_ text: String) -> Bool {
    guard let first = text.utf8.first, (1...128).contains(text.utf8.count) else { return false }
    return isWord(first)
      && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || isUpper(byte) || byte == UInt8(ascii: "_")
  }

  private static func isUpper(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || isDigit(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// The first component is a host when it cannot be the start of a repository on Docker Hub.
  private static func isHost(_ text: Substring) -> Bool {
    guard text == "localhost" || text.contains(".") || text.contains(":") || text.hasPrefix("[")
    else { return false }
    var name = text
    if !text.hasSuffix("]"), let colon = text.lastIndex(of: ":") {
      let port = text[text.index(after: colon)...]
      guard !port.isEmpty, port.utf8.allSatisfy(isDigit), UInt16(port) != nil else { return false }
      name = text[..<colon]
    }
    if name.hasPrefix("[") { return name.hasSuffix("]") && isAddress(name.dropFirst().dropLast()) }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isAlphanumeric($0) || isUpper($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// As far as a URL is concerned: the characters of an IPv6 address and no others.
  private static func isAddress(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { isDigit($0) || ":abcdefABCDEF".utf8.contains($0) }
  }

  /// Components of lower-case letters and digits, joined inside by `.`, `_`, `__` or dashes.
  private static func isRepository(_ text: String) -> Bool {
    guard (1...255).contains(text.utf8.count) else { return false }
    return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { component in
      guard let first = component.utf8.first, let last = component.utf8.last,
        isAlphanumeric(first), isAlphanumeric(last)
      else { return false }
      let joints = component.utf8.split(whereSeparator: isAlphanumeric)
      return joints.allSatisfy { joint in
        let text = String(decoding: joint, as: UTF8.self)
        return text == "." || text == "_" || text == "__" || text.utf8.allSatisfy { $0 == 0x2d }
      }
    }
  }
}

extension ImageReference: CustomStringConvertible {
  package var description: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  /// As people write it: without what Docker adds by itself.
  package var familiar: String {
    var short = registry == Self.dockerHub ? repository : name
    if registry == Self.dockerHub, short.hasPrefix("library/"), !short.dropFirst(8).contains("/") {
      short.removeFirst(8)
    }
    return short + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}

import OCI

/// The names of registries and of their mirrors.
enum RegistryHost {
  /// Whether `text` is a host with perhaps a port, as it stands first in a reference.
  static func isHost(_ text: some StringProtocol) -> Bool {
    !text.contains("/") && hasValidPort(text)
      && ImageReference("\(text)/x/y")?.repository == "x/y"
  }

  private static func hasValidPort(_ text: some StringProtocol) -> Bool {
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return true }
    return (UInt16(text[text.index(after: colon)...]) ?? 0) > 0
  }

  /// A host or an `http`/`https` URL with perhaps a path; credentials have no place in it.
  static func isMirror(_ text: String) -> Bool {
    var rest = text[...]
    for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
      break
    }
    let hasScheme = rest.count < text.count
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty else { return false }
    let path = parts.count == 2 ? parts[1] : ""
    // With a scheme in front, a host needs no dot to be known as one.
    return (isHost(host) || (hasScheme && isHost("\(host):80")))
      && path.utf8.allSatisfy { isPathByte($0) } && !path.contains("..")
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/._-~".utf8.contains(byte)
    }
  }
}

extension TextRule {
  static let registryHost = TextRule(
    expected: "a registry's host such as 'docker.io' or 'localhost:5000'",
    accepts: { RegistryHost.isHost($0) })
}

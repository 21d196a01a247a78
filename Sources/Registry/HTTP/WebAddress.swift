/// An absolute `http` or `https` address, kept as it was written.
///
/// Registries sign the query of an upload's address: it must go back byte for byte.
struct WebAddress: Hashable, Sendable {
  enum Scheme: String, Sendable {
    case http
    case https
  }

  /// Who is spoken to: what credentials belong to.
  struct Origin: Hashable, Sendable, CustomStringConvertible {
    let scheme: Scheme
    /// Lower-case, without the scheme's own port.
    let authority: String

    var description: String { scheme.rawValue + "://" + authority }
    var isLoopback: Bool { LoopbackHost.contains(authority) }
  }

  let origin: Origin
  /// Path and query, starting with `/`.
  let target: String

  init(origin: Origin, target: String) {
    self.origin = origin
    self.target = target
  }

  /// - Returns: nil for anything but an absolute address of a host, without user information.
  init?(_ text: String) {
    guard let colon = text.range(of: "://"),
      let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
    else { return nil }
    let rest = text[colon.upperBound...].prefix { $0 != "#" }
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let origin = Origin(scheme: scheme, authority: rest[..<end]) else { return nil }
    let target = rest[end...]
    self.init(origin: origin, target: target.hasPrefix("/") ? String(target) : "/" + target)
  }

  /// The address that a `Location` found here means: absolute or relative.
  ///
  /// Source: RFC 3986, 5.2, without the removal of dot segments.
  func resolving(_ location: String) -> WebAddress? {
    if location.contains("://"), let absolute = WebAddress(location) { return absolute }
    guard location.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
    let reference = String(location.prefix { $0 != "#" })
    if reference.hasPrefix("//") { return WebAddress(origin.scheme.rawValue + ":" + reference) }
    if reference.hasPrefix("/") { return WebAddress(origin: origin, target: reference) }
    let colon = reference.firstIndex(of: ":")
    let delimiter = reference.firstIndex { "/?".contains($0) } ?? reference.endIndex
    if let colon, colon < delimiter { return nil }
    let path = target.prefix { $0 != "?" }
    if reference.hasPrefix("?") { return WebAddress(origin: origin, target: path + reference) }
    let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
    return WebAddress(origin: origin, target: folder + reference)
  }

  /// The address with one more field at the end of its query.
  /// - Parameter value: Percent-encoded where it has to be.
  func appending(_ name: String, _ value: String) -> WebAddress {
    let joint =
      !target.contains("?") ? "?" : target.hasSuffix("?") || target.hasSuffix("&") ? "" : "&"
    return WebAddress(origin: origin, target: target + joint + name + "=" + value)
  }
}

extension WebAddress: CustomStringConvertible {
  var description: String { origin.description + target }
}

extension WebAddress.Origin {
  /// - Returns: nil unless `authority` is a host or address with an optional port.
  init?(scheme: WebAddress.Scheme, authority: some StringProtocol) {
    let host = authority.lowercased()
    let allowed = host.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-_:[]".utf8.contains(byte)
    }
    guard allowed, !host.isEmpty, !host.hasPrefix(":") else { return nil }
    let standard = scheme == .http ? ":80" : ":443"
    let isPlain =
      host.hasSuffix(standard) && (!host.hasPrefix("[") || host.hasSuffix("]" + standard))
    self.init(scheme: scheme, authority: isPlain ? String(host.dropLast(standard.count)) : host)
  }
}

extension String {
  /// The first place of `needle`; FoundationEssentials has a slower one.
  fileprivate func range(of needle: String) -> Range<String.Index>? {
    ranges(of: needle).first
  }
}

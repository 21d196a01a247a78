/// Which hosts are this machine itself: traffic to them crosses no wire.
enum LoopbackHost {
  /// - Parameter authority: A host and an optional port. 127.0.0.0/8, `::1` and `localhost` are
  ///   loopback; `127.0.0.1.example.org` is not.
  static func contains(_ authority: String) -> Bool {
    let host = withoutPort(authority.lowercased())
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy(isByte)
  }

  static func withoutPort(_ authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[...end])
    }
    return String(authority.prefix { $0 != ":" })
  }

  private static func isByte(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && UInt8(text) != nil
  }
}

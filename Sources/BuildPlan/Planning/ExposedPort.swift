/// `EXPOSE`'s ports: `80`, `80/udp`, `8000-8002`.
enum ExposedPort {
  /// - Returns: The keys of `ExposedPorts`, or nil when `text` is no port.
  static func parse(_ text: String) -> [String]? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let proto = parts.count == 2 ? parts[1].lowercased() : "tcp"
    guard ["tcp", "udp", "sctp"].contains(proto), let range = range(parts[0]) else { return nil }
    return range.map { "\($0)/\(proto)" }
  }

  private static func range(_ text: Substring) -> ClosedRange<UInt16>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = ends.compactMap { end in
      end.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        ? UInt16(end) : nil
    }
    guard numbers.count == ends.count, (1...2).contains(numbers.count),
      let first = numbers.first, let last = numbers.last, first <= last
    else { return nil }
    return first...last
  }
}

import OCI

extension DifferenceCause {
  private typealias Rule = @Sendable (FileVersions) -> DifferenceCause?

  /// From what is certain to what is likely; the first that knows an answer gives it.
  private static let rules: [Rule] = [
    ofModes, ofCompiledPython, ofPackageManager, ofPackageVersions, ofHostName, ofArchive,
    ofOrder, ofTime, ofPlace, ofTimeZone, ofChance,
  ]

  /// Why a path differs, as far as its two versions tell.
  package static func find(in file: FileVersions) -> DifferenceCause {
    for rule in rules {
      if let found = rule(file) { return found }
    }
    return DifferenceCause(.unknown)
  }

  /// Equal but for bits that a umask takes away: git keeps nothing but the executable bit.
  private static func ofModes(_ file: FileVersions) -> DifferenceCause? {
    guard var first = file.first?.entry, let second = file.second?.entry else { return nil }
    let modes = [first, second].map { String($0.permissions, radix: 8) }
    let usual: Set<UInt16> = [
      0o755, 0o775, 0o777, 0o700, 0o750, 0o770, 0o644, 0o664, 0o666, 0o600, 0o640, 0o660,
    ]
    guard first.permissions != second.permissions,
      first.permissions & 0o100 == second.permissions & 0o100,
      usual.contains(first.permissions), usual.contains(second.permissions)
    else { return nil }
    first.permissions = second.permissions
    guard first == second else { return nil }
    return DifferenceCause(.checkoutModes, evidence: modes.joined(separator: " → "))
  }

  private static func ofHostName(_ file: FileVersions) -> DifferenceCause? {
    let hosts = file.moments.map(\.surroundings.hostname)
    guard hosts[0] != hosts[1] else { return nil }
    let found = zip(file.texts, hosts).map { $0.containsBytes(of: $1) }
    guard found.contains(true), file.contents == nil || !found.contains(false) else { return nil }
    return DifferenceCause(.hostName, evidence: hosts.joined(separator: " → "))
  }

  private static func ofPlace(_ file: FileVersions) -> DifferenceCause? {
    let variables = ["LC_ALL", "LANG", "LANGUAGE"]
    return named(in: file, variables).map { DifferenceCause(.locale, evidence: $0) }
  }

  private static func ofTimeZone(_ file: FileVersions) -> DifferenceCause? {
    named(in: file, ["TZ"]).map { DifferenceCause(.timeZone, evidence: $0) }
  }

  /// Whether a variable's value is in the file of the build that had it.
  private static func named(in file: FileVersions, _ variables: [String]) -> String? {
    for variable in variables {
      let values = file.moments.map { $0.surroundings.environment[variable] }
      guard values[0] != values[1] else { continue }
      let isThere = zip(file.texts, values).contains { text, value in
        value.map { !$0.isEmpty && text.containsBytes(of: $0) } ?? false
      }
      if isThere { return values.map { $0 ?? "none" }.joined(separator: " → ") }
    }
    return nil
  }

  /// The same pieces in another order.
  private static func ofOrder(_ file: FileVersions) -> DifferenceCause? {
    guard let (first, second) = file.contents, first.count == second.count else { return nil }
    let separators: [[UInt8]] = [[0x0a], [0x20, 0x0a, 0x09], Array(" \n\t,:;[](){}".utf8), [0]]
    for separator in separators {
      let pieces = [first, second].map { text in
        text.split { separator.contains($0) }.map(Array.init)
      }
      // Pieces so short that any two texts are made of them tell nothing.
      guard pieces[0].count > 1, pieces[0].count == pieces[1].count else { continue }
      if pieces[0].sorted(by: precedes) == pieces[1].sorted(by: precedes) {
        return DifferenceCause(.listingOrder)
      }
    }
    return nil
  }

  private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
  }

  /// Names that nobody would write, or bytes without any likeness.
  private static func ofChance(_ file: FileVersions) -> DifferenceCause? {
    guard let (first, second) = file.contents else {
      let only = file.first ?? file.second
      guard (file.first == nil) != (file.second == nil), only != nil else { return nil }
      return RandomText.isLikely(file.path.name) ? DifferenceCause(.randomness) : nil
    }
    let difference = ByteDifference(first, second)
    let drawn = difference.words.first { old, new in
      RandomText.isLikely(old) && RandomText.isLikely(new)
    }
    if let (old, new) = drawn { return DifferenceCause(.randomness, evidence: shown(old, new)) }
    // Two draws have hardly more than each 256th byte in common.
    guard first.count == second.count, first.count >= 16, difference.share > 0.9 else {
      return nil
    }
    return DifferenceCause(.randomness)
  }

  /// - Returns: Nothing for what is no text, or too long to be read.
  static func shown(_ first: [UInt8], _ second: [UInt8]) -> String {
    let parts = [first, second]
    guard parts.allSatisfy({ $0.count <= 60 && $0.allSatisfy { (0x20..<0x7f).contains($0) } })
    else { return "" }
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " → ")
  }
}

extension FileVersions {
  /// Name and content of both versions.
  fileprivate var texts: [[UInt8]] {
    [first, second].map { version in
      guard let version else { return [] }
      return path.name + [0] + version.entry.link + [0] + version.content
    }
  }
}

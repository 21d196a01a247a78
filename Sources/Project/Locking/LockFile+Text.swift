import OCI

/// How a lock is written: always in the same bytes, and a table for each name, so that git can merge
/// what two people pinned.
extension LockFile {
  private static let head = """
    # Written by 'runctl lock'; commit it. Builds use what is pinned here, whatever the names mean by
    # now; 'runctl lock --update' asks what they mean.
    version = \(version)

    """

  package var text: String {
    entries.reduce(into: Self.head) { text, entry in
      text += "\n[[\(entry.table)]]\n"
      for (key, value) in entry.values { text += "\(key) = \(Self.quoted(value))\n" }
      text += "locked = \(entry.locked)\n"
    }
  }

  /// Source: TOML 1.0, "String".
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": return "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: return String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}

extension LockEntry {
  fileprivate var table: String {
    switch name {
    case .base: "base"
    case .download: "add"
    case .repository: "git"
    }
  }

  fileprivate var values: [(key: String, value: String)] {
    switch name {
    case .base(let reference, let platform):
      [("name", reference.description), ("platform", platform.description)] + meanings
    case .download(let url): [("url", url)] + meanings
    case .repository(let url, let ref): [("url", url), ("ref", ref)] + meanings
    }
  }

  private var meanings: [(key: String, value: String)] {
    switch meaning {
    case .image(let digest, let index):
      [("digest", digest.description)] + (index.map { [("index", $0.description)] } ?? [])
    case .content(let digest): [("checksum", digest.description)]
    case .commit(let commit): [("commit", commit.hex)]
    }
  }
}

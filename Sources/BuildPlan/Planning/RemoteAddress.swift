import OCI

/// The address that a source of an ADD is, when it is not a path of the context.
///
/// Source: BuildKit's `gitutil.ParseGitRef`: what ends in `.git` is a repository, and so is what can
/// be nothing else.
enum RemoteAddress {
  case web(String)
  /// `fragment` is what stands behind the `#`.
  case git(url: String, fragment: String)

  init?(_ text: String) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    let url = String(first)
    let fragment = parts.count > 1 ? String(parts[1]) : ""
    let scheme = url.prefix { $0 != ":" }.lowercased()
    switch scheme {
    case "http", "https":
      guard url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
      let path = url.prefix { $0 != "?" }
      self = path.hasSuffix(".git") ? .git(url: url, fragment: fragment) : .web(text)
    case "git", "ssh":
      guard url.dropFirst(scheme.count).hasPrefix("://") else { return nil }
      self = .git(url: url, fragment: fragment)
    default:
      guard url.hasPrefix("git@"), url.contains(":") else { return nil }
      self = .git(url: url, fragment: fragment)
    }
  }
}

/// What stands behind the `#` of a repository's address: `REF:DIRECTORY`, both may be left out.
struct RepositoryFragment {
  let ref: String
  let directory: TreePath

  /// - Returns: nil for a ref that git would not take, or that it could take for something else, and
  ///   for a directory that leads out.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    let path = parts.count > 1 ? parts[1] : ""
    guard Self.isRef(parts[0]), !path.utf8.contains(0),
      !path.split(separator: "/").contains("..")
    else { return nil }
    ref = parts[0]
    directory = TreePath(path)
  }

  /// Source: git-check-ref-format(1).
  static func isRef(_ text: String) -> Bool {
    if text.isEmpty { return true }
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7f && !"~^:?*[\\".unicodeScalars.contains($0)
    }
    return isPlain && !text.hasPrefix("-") && !text.hasPrefix("/") && !text.hasSuffix("/")
      && !text.hasSuffix(".") && !text.hasSuffix(".lock")
      && !["..", "@{", "//", "/."].contains { text.contains($0) } && text != "@"
  }
}

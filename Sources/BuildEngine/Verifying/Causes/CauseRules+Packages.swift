import OCI

extension DifferenceCause {
  /// Source: PEP 552; what is beside a `.pyc` decides how it came to differ.
  static func ofCompiledPython(_ file: FileVersions) -> DifferenceCause? {
    guard file.path.name.hasSuffix(".pyc"), let (first, second) = file.contents,
      first.count >= 16, second.count >= 16
    else { return nil }
    if first[16...] == second[16...] {
      return DifferenceCause(
        .compiledPython, evidence: "only the recorded time of its source differs")
    }
    return DifferenceCause(.compiledPython, evidence: "its code differs")
  }

  /// By where it is: what package managers write for themselves.
  static func ofPackageManager(_ file: FileVersions) -> DifferenceCause? {
    let path = String(file.path.description.dropFirst())
    let isLog =
      packageManagerFiles.contains(path)
      || packageManagerFolders.contains { path.hasPrefix($0) || path.contains("/" + $0) }
    return isLog ? DifferenceCause(.packageManagerLog) : nil
  }

  private static let packageManagerFiles: Set<String> = [
    "var/log/dpkg.log", "var/log/alternatives.log", "var/log/bootstrap.log", "var/log/apk.log",
    "var/log/yum.log", "var/log/dnf.log", "var/log/dnf.rpm.log", "var/log/dnf.librepo.log",
    "var/log/hawkey.log", "var/log/fontconfig.log", "var/cache/ldconfig/aux-cache",
    "var/lib/dpkg/lock", "var/cache/apt/pkgcache.bin", "var/cache/apt/srcpkgcache.bin",
  ]

  private static let packageManagerFolders = [
    "var/log/apt/", "var/lib/apt/lists/", "var/cache/apt/archives/", "var/cache/debconf/",
    "var/cache/dnf/", "var/cache/yum/", ".cache/pip/", ".npm/_logs/", ".npm/_cacache/",
    "conda-meta/history", "opt/conda/pkgs/cache/",
  ]

  /// A package's own records name another version.
  static func ofPackageVersions(_ file: FileVersions) -> DifferenceCause? {
    if let versions = file.changedDistribution {
      return DifferenceCause(.unpinnedPackage, evidence: versions)
    }
    let path = file.path.description
    let isRecord = [".dist-info/", ".egg-info", "/conda-meta/"].contains { path.contains($0) }
    guard isRecord || ["/var/lib/dpkg/status", "/lib/apk/db/installed"].contains(path),
      let (first, second) = file.contents
    else { return nil }
    let versions = ByteDifference(first, second).words.first { old, new in
      [old, new].allSatisfy { $0.contains { (0x30...0x39).contains($0) } }
    }
    return versions.map { DifferenceCause(.unpinnedPackage, evidence: shown($0.first, $0.second)) }
  }
}

extension FileVersions {
  /// Two versions of a Python distribution beside which, or in which, the file lies: `numpy 1.26.4 →
  /// 2.0.0`.
  ///
  /// Source: "Recording installed projects" of the Python packaging specifications.
  fileprivate var changedDistribution: String? {
    var versions: [String: Set<String>] = [:]
    for other in differing where isBeside(other) {
      for component in other.components {
        let name = String(decoding: component, as: UTF8.self)
        guard let match = name.firstMatch(of: /^(.+)-([0-9][^-]*)\.(dist|egg)-info$/) else {
          continue
        }
        versions[String(match.output.1), default: []].insert(String(match.output.2))
      }
    }
    let changed = versions.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
    return changed.first { isPart(of: $0.key) || changed.count == 1 }
      .map { "\($0.key) " + $0.value.sorted().joined(separator: " → ") }
  }

  /// Whether both are in one folder of installed packages.
  private func isBeside(_ other: TreePath) -> Bool {
    guard let folder = Self.packageFolder(of: other) else { return false }
    return path.relative(to: folder) != nil
  }

  private static func packageFolder(of path: TreePath) -> TreePath? {
    (path.ancestors + [path]).first {
      ["site-packages", "dist-packages"].contains(
        String(decoding: $0.name, as: UTF8.self))
    }
  }

  private func isPart(of distribution: String) -> Bool {
    let wanted = Array(distribution.lowercased().utf8)
    return path.components.contains {
      String(decoding: $0, as: UTF8.self).lowercased().utf8.starts(with: wanted)
    }
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}

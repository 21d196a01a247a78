package import FileSystem

/// The files that say which packages a program needs.
package enum RequirementsDetection {
  private static let names: Set<String> = [
    "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile.lock", "environment.yml", "setup.cfg",
  ]

  /// Whether a file of this name, at a context's root, holds requirements.
  package static func isRequirements(_ name: String) -> Bool {
    names.contains(name) || (name.hasPrefix("requirements") && name.hasSuffix(".txt"))
  }

  /// - Parameters:
  ///   - context: Absolute.
  ///   - further: More files, relative to the context, whether or not they exist.
  /// - Returns: Paths relative to the context, sorted by their bytes.
  package static func find(
    in context: String, further: [String] = []
  ) throws(FileError) -> [String] {
    var found = Set(further.map { ProjectPath.resolve($0, in: "") })
    found = Set(found.map { String($0.drop { $0 == "/" }) })
    for entry in try Directory.entries(of: context) {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard isRequirements(name) else { continue }
      let status = try FileStatus.of(context + "/" + name, followLink: true)
      if status?.kind == .file { found.insert(name) }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

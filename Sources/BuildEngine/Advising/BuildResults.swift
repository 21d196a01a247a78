import OCI

/// What the commands of a stage made, as directories and files that another stage would copy.
struct BuildResults {
  /// Where package managers and builds put what programs need.
  private static let roots = ["usr/local", "root/.local", "opt"].map { TreePath($0) }
  /// Directories that are copied as a whole, whatever the base has there, too.
  private static let whole: Set<String> = ["site-packages", "dist-packages", "bin"]
  /// A directory with more than this is not listed part by part.
  private static let mostParts = 8

  let paths: [TreePath]
  /// What the base has there as well, and would be there twice, in bytes.
  let repeatedBytes: Int64

  /// - Parameter made: Where files of the commands are.
  init(of made: [TreePath], in image: AdvisedImage) {
    let base = image.tree.kept.filter { item in
      image.step(of: item.layer) == nil && item.bytes > 0 && Self.isResult(item.entry.path)
    }
    let made = made.filter(Self.isResult)
    func narrowed(_ directory: TreePath) -> [TreePath] {
      let inside = made.compactMap { $0.relative(to: directory) }
      if inside.isEmpty { return [] }
      let name = String(decoding: directory.name, as: UTF8.self)
      let isShared = base.contains { $0.entry.path.relative(to: directory) != nil }
      let parts = Set(inside.compactMap(\.components.first)).sorted { $0.precedes($1) }
      guard isShared, !parts.isEmpty, parts.count <= Self.mostParts, !Self.whole.contains(name)
      else { return [directory] }
      return parts.flatMap { narrowed(directory.appending(name: $0)) }
    }
    let paths = Self.roots.flatMap(narrowed)
    self.paths = paths
    repeatedBytes = base.reduce(0) { sum, item in
      paths.contains { item.entry.path.relative(to: $0) != nil } ? sum + item.bytes : sum
    }
  }

  static func isResult(_ path: TreePath) -> Bool {
    roots.contains { path.relative(to: $0) != nil } && BuildTool.of(path) == nil
  }
}

import BuildPlan
import ContextScan
import OCI

/// What a COPY takes from the context that an ignore file should leave out.
struct ContextRule: AdviceRule {
  /// Less data than this is no burden, in bytes.
  private static let leastData: Int64 = 1_000_000

  private struct File {
    let item: Int
    let path: TreePath
    let bytes: Int64
  }

  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding] {
    let files = image.tree.items.enumerated().flatMap { number, item in
      item.entry.kind == .directory
        ? []
        : image.contextPath(of: item).map { self.files(number, $0, image.tree) } ?? []
    }
    var found = finding(
      .virtualEnvironment, environments(files), files, image, &claims)
    for litter in ContextLitter.named {
      let rest = files.filter { claims.isFree($0.item) }
      found += finding(litter, named(litter, rest), rest, image, &claims)
    }
    let rest = files.filter { claims.isFree($0.item) }
    return found + finding(.data, data(rest), rest, image, &claims)
  }

  /// A file that came with a COPY, and its repetitions in layers that gave it another owner.
  private func files(_ item: Int, _ path: TreePath, _ tree: LayeredTree) -> [File] {
    var found: [File] = []
    var next: Int? = item
    while let number = next {
      let item = tree.items[number]
      found.append(File(item: number, path: path, bytes: item.bytes))
      next = item.end?.replacement.flatMap {
        tree.items[$0].entry.content == item.entry.content ? $0 : nil
      }
    }
    return found
  }

  /// What really follows from the lines: all that they leave out, and nothing else.
  private func finding(
    _ litter: ContextLitter, _ patterns: [String], _ files: [File], _ image: AdvisedImage,
    _ claims: inout Claims
  ) -> [Finding] {
    guard !patterns.isEmpty, let rules = try? IgnoreRules(patterns: patterns) else { return [] }
    let excluded = files.filter { rules.excludes($0.path) }.map(\.item)
    guard let saving = claims.take(excluded) else { return [] }
    let bytes = Dictionary(grouping: saving.items) { image.tree.items[$0].layer }
      .mapValues { $0.reduce(0) { $0 + image.tree.items[$1].bytes } }
    guard let layer = bytes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key,
      let step = image.step(of: layer)
    else { return [] }
    return [
      Finding(cause: .context(litter, patterns: patterns), step: step.id, saving: saving)
    ]
  }

  /// `.git`, or `**/.git` where it is not only at the top.
  private func named(_ litter: ContextLitter, _ files: [File]) -> [String] {
    var isDeep: [String: Bool] = [:]
    for file in files {
      for (depth, name) in file.path.components.enumerated() {
        let name = String(decoding: name, as: UTF8.self)
        if depth > 0, litter.isOnlyAtTop { break }
        guard litter.names.contains(name) else { continue }
        isDeep[name] = isDeep[name] == true || depth > 0
        break
      }
    }
    return isDeep.keys.sorted().map { isDeep[$0] == true ? "**/\($0)" : $0 }
  }

  private func environments(_ files: [File]) -> [String] {
    let found = files.filter {
      $0.path.name.elementsEqual("pyvenv.cfg".utf8) && !$0.path.parent.isRoot
    }
    .map { IgnoreRules.literal($0.path.parent) }
    return Set(found).sorted()
  }

  /// `data/**/*.csv`: other files in the directory may be code.
  private func data(_ files: [File]) -> [String] {
    var bytes: [String: Int64] = [:]
    for file in files {
      let name = String(decoding: file.path.name, as: UTF8.self)
      guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { continue }
      let ending = name[name.index(after: dot)...]
      guard ContextLitter.dataEndings.contains(ending.lowercased()) else { continue }
      let top = file.path.components.count > 1 ? file.path.components.first : nil
      let directory = top.map { IgnoreRules.literal(TreePath(trusted: $0)) + "/**/" } ?? ""
      bytes["\(directory)*.\(ending)", default: 0] += file.bytes
    }
    return bytes.filter { $0.value >= Self.leastData }.keys.sorted()
  }
}

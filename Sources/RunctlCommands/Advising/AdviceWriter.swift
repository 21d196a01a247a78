import BuildEngine
import BuildPlan
import Diagnostics
import DockerfileSyntax
import FileSystem
import OCI
import Project

/// Makes advice of findings: what to say, and which lines to change.
struct AdviceWriter {
  private static let shownFiles = 5

  let image: AdvisedImage
  private let dockerfile: Dockerfile
  private let ignoreFile: String
  private let ignoreLines: Int

  init(image: AdvisedImage, target: ImageTarget) throws {
    self.image = image
    let source = SourceFile(
      name: target.shownPath(target.dockerfile), bytes: try FileTree.read(target.dockerfile))
    dockerfile = Dockerfile.parse(source).0
    let path = target.ignore.path ?? target.image.context + "/.dockerignore"
    ignoreFile = target.shownPath(path)
    let text = try FileTree.readIfPresent(path) ?? []
    ignoreLines =
      text.count { $0 == UInt8(ascii: "\n") }
      + (text.isEmpty || text.last == UInt8(ascii: "\n") ? 0 : 1)
  }

  func piece(_ finding: Finding) -> ImageAdvice.Piece {
    let step = image.plan[finding.step]
    let words = words(finding, step)
    let items = finding.saving.items.map { image.tree.items[$0] }
      .sorted { ($1.bytes, $0.entry.path) < ($0.bytes, $1.entry.path) }
    // One that is repeated in another layer is still one.
    var paths: [String] = []
    var seen: Set<TreePath> = []
    for item in items where seen.insert(item.entry.path).inserted && paths.count < Self.shownFiles {
      paths.append(item.entry.path.description)
    }
    let files = Set(items.map(\.entry.path)).count
    return ImageAdvice.Piece(
      id: words.id, file: step.span.file.name, line: step.line, what: words.what,
      unless: words.unless, otherwise: words.otherwise, bytes: finding.saving.bytes,
      compressedBytes: finding.saving.compressedBytes, files: files, largest: paths,
      edits: words.edits)
  }

  private struct Words {
    let id: String
    let what: String
    var unless: String?
    var otherwise: [String] = []
    var edits: [SourceEdit] = []
  }

  private func words(_ finding: Finding, _ step: Step) -> Words {
    let count = Quantity.count(finding.saving.items.count, "file")
    switch finding.cause {
    case .packageCaches(let caches): return words(caches, step)
    case .context(let litter, let patterns):
      return Words(
        id: litter.id, what: "\(litter.name) is copied into the image", unless: litter.unless,
        edits: [
          SourceEdit(file: ignoreFile, line: ignoreLines + 1, old: [], new: patterns)
        ])
    case .removedLater(let later):
      return removed(count, step, image.plan[later])
    case .changedLater(let later, let owner, let permissions):
      return repeated(count, step, image.plan[later], owner, permissions)
    case .buildTools(let names, let last, let results):
      return Words(
        id: "build-tools", what: "\(Self.list(names)) are of use to builds only",
        unless: "the program itself compiles something; what it loads must be installed in the"
          + " last stage, too",
        edits: StageSplit(dockerfile: dockerfile)
          .edits(behind: image.plan[last], results: results) ?? [])
    }
  }

  private func words(
    _ caches: [(cache: PackageCache, directory: TreePath)], _ step: Step
  ) -> Words {
    var mounts: [String] = []
    var otherwise: [String] = []
    for (cache, directory) in caches {
      guard case .mount(let options, let other) = cache.remedy else { continue }
      mounts.append("--mount=\(options),target=\(directory)")
      if !otherwise.contains(other) { otherwise.append(other) }
    }
    let names = caches.map(\.cache.name)
    return Words(
      id: "package-caches", what: "\(Self.list(names)) stay in the layer", otherwise: otherwise,
      edits: [.adding(mounts, to: step)])
  }

  private func removed(_ count: String, _ step: Step, _ later: Step) -> Words {
    let isRun = if case .run = step.operation { true } else { false }
    return Words(
      id: "hidden-files",
      what: "\(count) that line \(later.line) removes or replaces stay in this layer",
      otherwise: isRun
        ? ["remove them in the RUN that makes them"]
        : [
          "leave them out by the ignore file or 'COPY --exclude'",
          "show them to the RUN that needs them with 'RUN --mount=type=bind,target=…'",
        ],
      edits: SourceEdit.merging(later, into: step) ?? [])
  }

  private func repeated(
    _ count: String, _ step: Step, _ later: Step, _ owner: String?, _ permissions: UInt16?
  ) -> Words {
    var edits: [SourceEdit] = []
    // Permissions would be those of directories, too.
    if case .copy(let copy) = step.operation, copy.owner == nil, let owner {
      edits = [.adding(["--chown=\(owner)"], to: step)]
    }
    let isRun = if case .run = step.operation { true } else { false }
    let what = permissions == nil ? "another owner" : "other permissions"
    return Words(
      id: "repeated-files",
      what: "line \(later.line) gives \(count) \(owner == nil ? what : "another owner") and so"
        + " stores them twice",
      otherwise: isRun
        ? ["do it in the RUN that makes them"]
        : ["write 'COPY --chown=…' or 'COPY --chmod=…'"], edits: edits)
  }

  /// `a, b and c`.
  private static func list(_ names: [String]) -> String {
    var unique: [String] = []
    for name in names where !unique.contains(name) { unique.append(name) }
    guard let last = unique.last, unique.count > 1 else { return unique.first ?? "" }
    return unique.dropLast().joined(separator: ", ") + " and " + last
  }
}

import BuildPlan
import ContextScan
import Diagnostics
import FileSystem
import LayerArchive
import OCI

/// The files of the context that a bind mount shows: those that a COPY of the same path would take.
struct BoundFiles {
  /// In the context, with links followed.
  let path: TreePath
  /// The links on the way: where they lead is part of what the mount shows.
  let links: Set<TreePath>
  /// What is there.
  private let itself: LayerEntry
  /// Below `path`, in order of path, by their paths in the context.
  private let inner: [LayerEntry]

  /// What a mount of a single file has as its only entry.
  static let file = TreePath("file")

  /// - Throws: ``ContextError/linkLeadsOut(_:)`` when the whole context must be walked first.
  init(
    _ mount: RunMount, _ source: TreePath, in tree: ContextTree, of context: BuildContext
  ) throws {
    let found: (path: TreePath, entry: LayerEntry?)
    var links: Set<TreePath> = []
    do throws(ResolutionError) {
      found = try tree.resolve(source, passing: { links.insert($0) })
    } catch {
      throw StepFailure(
        span: mount.span, instruction: "", cause: BuildError.tooManyLinks(source))
    }
    if !context.isWhole, Self.leadsThroughLink(source, in: tree, root: context.root) {
      throw ContextError.linkLeadsOut(source)
    }
    guard let entry = found.entry else {
      let wanted = String(decoding: source.bytes, as: UTF8.self)
      let isIgnored = context.ignores(source)
      throw StepFailure(
        span: mount.span, instruction: "",
        cause: BuildError.sourceNotFound(
          pattern: wanted, inContext: true,
          nearest: isIgnored
            ? nil : Suggestion.closest(to: wanted, among: context.names(in: source.parent)),
          isIgnored: isIgnored))
    }
    (path, itself, self.links) = (found.path, entry, links)
    inner = entry.kind == .directory ? tree.descendants(of: found.path) : []
  }

  /// A walk of some paths alone does not see a link above them.
  private static func leadsThroughLink(
    _ path: TreePath, in tree: ContextTree, root: String
  ) -> Bool {
    (path.ancestors.dropFirst() + [path]).contains { place in
      let seen: ContextEntry? = tree.entry(at: place)
      if let seen { return seen.status.kind == .symlink }
      return (try? FileStatus.of(root + place.description, followLink: false))?.kind == .symlink
    }
  }

  var isDirectory: Bool { itself.kind == .directory }

  /// As the mount shows it, with contents: names of one file stay names of one file.
  func entries(in context: BuildContext) throws -> [LayerEntry] {
    let tree = try context.tree()
    let all = [itself] + inner
    let files = all.filter { $0.kind == .file }.map(\.path)
    let contents = Dictionary(
      zip(files, try context.digests(of: files)), uniquingKeysWith: { $1 })
    var firsts: [LinkIdentity: TreePath] = [:]
    return all.compactMap { source in
      var entry = source
      entry.path =
        isDirectory ? source.path.relative(to: path) ?? .root : Self.file
      entry.content = contents[source.path]
      guard source.kind == .file, let identity = tree.linkIdentity(of: source.path) else {
        return entry
      }
      if let first = firsts[identity] {
        (entry.kind, entry.link) = (.hardLink, first.bytes)
      } else {
        firsts[identity] = entry.path
      }
      return entry
    }
  }

  /// Copies the files to where a command can see nothing else, and makes sure that they are what the
  /// entries say.
  func write(
    _ entries: [LayerEntry], into directory: String, epoch: Int64, context: BuildContext
  ) throws {
    let tree = try context.tree()
    try EntryTree.write(entries, into: directory, form: .ofCaller, epoch: epoch) { entry in
      let source = isDirectory ? path.appending(entry.path) : path
      return .file(path: tree.root + source.description)
    }
  }
}

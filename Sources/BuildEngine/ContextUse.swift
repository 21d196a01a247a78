package import BuildPlan
package import ContextScan
import FileSystem
package import OCI

/// Which files of the context a plan uses, and what is in them: known without a root file system,
/// and so before anything is built.
package struct ContextUse: Sendable {
  /// Every file, directory and link that a COPY or ADD takes or follows, or a mount shows, by its path
  /// in the context.
  package let files: LayerIndex
  /// The identity of all of them together.
  package let digest: Digest

  /// - Throws: ``StepFailure`` for a source that is not there, what reading the context throws.
  package static func of(_ plan: BuildPlan, in context: BuildContext) throws -> ContextUse {
    let tree = try context.tree()
    var marks = Marks(tree)
    for step in plan.steps {
      do {
        do {
          try add(step, in: context, to: &marks)
        } catch ContextError.linkLeadsOut {
          context.widen()
          return try of(plan, in: context)
        }
      } catch let failure as StepFailure {
        throw StepFailure(
          span: failure.span, instruction: step.instruction, cause: failure.cause)
      }
    }
    let files = LayerIndex(try entries(of: marks, in: context))
    return ContextUse(files: files, digest: TreeDigest.digest(of: files))
  }

  /// Positions in a walk: no entry is copied before it is known which are wanted.
  private struct Marks {
    let tree: ContextTree
    private(set) var isMarked: [Bool]

    init(_ tree: ContextTree) {
      self.tree = tree
      isMarked = Array(repeating: false, count: tree.entries.count)
    }

    mutating func add(_ position: Int) { isMarked[position] = true }

    mutating func add(_ path: TreePath) { tree.position(of: path).map { add($0) } }
  }

  /// With the digests of the files. Names of one file are told apart from files with equal contents:
  /// a layer keeps them together.
  private static func entries(of marks: Marks, in context: BuildContext) throws -> [LayerEntry] {
    let tree = marks.tree
    let marked = tree.entries.indices.filter { marks.isMarked[$0] }
    let files = marked.filter { tree.entries[$0].status.kind == .file }
    let digests = try context.digests(of: files.map { tree.entries[$0] }, in: tree)
    var first: [LinkIdentity: TreePath] = [:]
    var next = 0
    return marked.compactMap { position in
      let found = tree.entries[position]
      guard var entry = tree.layerEntry(found) else { return nil }
      guard entry.kind == .file else { return entry }
      entry.content = digests[next]
      next += 1
      guard found.status.linkCount > 1, let identity = tree.linkIdentity(of: entry.path) else {
        return entry
      }
      if let earlier = first[identity] {
        entry.kind = .hardLink
        entry.link = earlier.bytes
      } else {
        first[identity] = entry.path
      }
      return entry
    }
  }

  /// The steps that take a file, or anything in a directory, from the context; of what is not there
  /// yet, those that would by its name.
  package static func steps(
    taking path: TreePath, of plan: BuildPlan, in context: BuildContext
  ) throws -> [Step.ID] {
    let isThere = try context.tree().entry(at: path) as LayerEntry? != nil
    return try plan.steps.filter { step in
      guard isThere else { return step.takes(path) }
      var marks = Marks(try context.tree())
      try add(step, in: context, to: &marks)
      return marks.tree.position(of: path).map { marks.isMarked[$0] } == true
        || marks.tree.positions(inside: path).contains { marks.isMarked[$0] }
    }.map(\.id)
  }

  private static func add(
    _ step: Step, in context: BuildContext, to marks: inout Marks
  ) throws {
    switch step.operation {
    case .copy(let copy) where copy.source == .context: try add(copy, in: context, to: &marks)
    case .run(let run):
      for mount in run.mounts {
        guard case .bind(let bind) = mount.kind, bind.origin == .context else { continue }
        let files = try BoundFiles(mount, bind.source, in: marks.tree, of: context)
        for path in files.links { marks.add(path) }
        if !files.path.isRoot { marks.add(files.path) }
        for position in marks.tree.positions(inside: files.path) { marks.add(position) }
      }
    default: break
    }
  }

  private static func add(
    _ copy: CopyOperation, in context: BuildContext, to marks: inout Marks
  ) throws {
    let tree = marks.tree
    let selection = try CopySelection(copy, in: .context(tree, context))
    for path in selection.links { marks.add(path) }
    for match in selection.matches {
      if !match.path.isRoot { marks.add(match.path) }
      for position in tree.positions(inside: match.path) {
        if selection.takesAll {
          marks.add(position)
        } else if let relative = tree.entries[position].path.relative(to: match.path),
          selection.includes(relative, below: match.path)
        {
          marks.add(position)
        }
      }
    }
  }
}

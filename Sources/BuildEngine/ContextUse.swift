package import BuildPlan
package import ContextScan
package import OCI

/// Which files of the context a plan uses, and what is in them: known without a root file system,
/// and so before anything is built.
package struct ContextUse: Sendable {
  /// Every file, directory and link that a COPY or ADD takes or a mount shows, by its path in the
  /// context.
  package let files: LayerIndex
  /// The identity of all of them together.
  package let digest: Digest

  /// - Throws: ``StepFailure`` for a source that is not there, what reading the context throws.
  package static func of(_ plan: BuildPlan, in context: BuildContext) throws -> ContextUse {
    var used: [TreePath: LayerEntry] = [:]
    for step in plan.steps {
      do {
        do {
          try add(step, in: context, to: &used)
        } catch ContextError.linkLeadsOut {
          context.widen()
          return try of(plan, in: context)
        }
      } catch let failure as StepFailure {
        throw StepFailure(
          span: failure.span, instruction: step.instruction, cause: failure.cause)
      }
    }
    let paths = used.values.filter { $0.kind == .file }.map(\.path)
    for (path, digest) in zip(paths, try context.digests(of: paths)) {
      used[path]?.content = digest
    }
    let entries = try linked(used.values.sorted { $0.path < $1.path }, in: context)
    return ContextUse(files: LayerIndex(entries), digest: TreeDigest.digest(of: entries))
  }

  /// Names of one file are told apart from files with equal contents: a layer keeps them together.
  private static func linked(
    _ entries: [LayerEntry], in context: BuildContext
  ) throws -> [LayerEntry] {
    let tree = try context.tree()
    var first: [LinkIdentity: TreePath] = [:]
    return entries.map { entry in
      guard entry.kind == .file, let identity = tree.linkIdentity(of: entry.path) else {
        return entry
      }
      guard let earlier = first[identity] else {
        first[identity] = entry.path
        return entry
      }
      var link = entry
      link.kind = .hardLink
      link.link = earlier.bytes
      return link
    }
  }

  private static func add(
    _ step: Step, in context: BuildContext, to used: inout [TreePath: LayerEntry]
  ) throws {
    switch step.operation {
    case .copy(let copy) where copy.source == .context: try add(copy, in: context, to: &used)
    case .run(let run):
      for mount in run.mounts {
        guard case .bind(let bind) = mount.kind, bind.origin == .context else { continue }
        for entry in try BoundFiles(mount, bind.source, in: context).used {
          used[entry.path] = entry
        }
      }
    default: break
    }
  }

  private static func add(
    _ copy: CopyOperation, in context: BuildContext, to used: inout [TreePath: LayerEntry]
  ) throws {
    let tree = try context.tree()
    let selection = try CopySelection(copy, in: .context(tree, context))
    for match in selection.matches {
      let itself: LayerEntry? = tree.entry(at: match.path)
      if let itself, !match.path.isRoot { used[match.path] = itself }
      guard itself?.kind == .directory else { continue }
      let inner: [LayerEntry] = tree.descendants(of: match.path)
      for entry in inner {
        guard let relative = entry.path.relative(to: match.path),
          selection.includes(relative, below: match.path)
        else { continue }
        used[entry.path] = entry
      }
    }
  }

  /// The regular files with their contents.
  package var contents: [(path: TreePath, content: Digest)] {
    files.entries.compactMap { entry in entry.content.map { (entry.path, $0) } }
  }
}

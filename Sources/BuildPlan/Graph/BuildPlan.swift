package import Diagnostics
package import OCI

/// Everything that a build will do, known before anything is done.
package struct BuildPlan: Sendable {
  /// An instruction in the image's history.
  package struct HistoryEntry: Sendable {
    package let instruction: String
    /// nil when it adds no layer whatever happens.
    package let step: Step.ID?
  }

  /// In an order in which they could run one after the other; only what the target needs.
  package let steps: [Step]
  /// Whose root file system becomes the image.
  package let result: Step.ID
  /// How a container of the image is started.
  package let execution: ImageConfig.Execution
  package let author: String?
  /// Of the base image, from the registry.
  package let baseHistory: [ImageConfig.History]
  package let history: [HistoryEntry]
  package let platform: Platform
  /// The base images that are used, each once, in order.
  package let bases: [(key: BaseKey, base: ResolvedBase)]
  /// Build arguments that the Dockerfile declares and that have a value, in order of name.
  package let arguments: [(name: String, value: String)]
  /// The stage that was asked for, when it is not the last.
  package let target: String?
  package let warnings: [Diagnostic]
  /// What was found for each of ``remoteFiles``: given by whoever looked, before anything is done.
  package var sources: [RemoteSource: ResolvedSource] = [:]

  package subscript(id: Step.ID) -> Step { steps[id.index] }

  /// The steps that make up a root file system, the first one first.
  package func chain(to last: Step.ID) -> [Step.ID] {
    var found: [Step.ID] = []
    var next: Step.ID? = last
    while let id = next {
      found.append(id)
      next = self[id].parent
    }
    return found.reversed()
  }

  /// The paths of the context that anything is taken from, as far as they are named: a walk need
  /// not look elsewhere. Empty when nothing is taken from it.
  package var contextRoots: [TreePath] {
    var roots: Set<TreePath> = []
    for step in steps {
      switch step.operation {
      case .copy(let copy) where copy.source == .context:
        for pattern in copy.patterns { roots.insert(pattern.fixedPart) }
      case .run(let run): roots.formUnion(run.contextMounts.map(\.source))
      default: break
      }
    }
    return roots.sorted()
  }
}

extension CopyOperation.Pattern {
  /// The components before the first that has a wildcard.
  var fixedPart: TreePath {
    let components = TreePath(text).components
    let fixed = components.prefix { !$0.contains { "*?[\\".utf8.contains($0) } }
    return fixed.reduce(.root) { $0.appending(name: $1) }
  }
}

extension RunOperation {
  /// What it sees of the context.
  package var contextMounts: [RunMount.Bind] {
    mounts.compactMap { mount in
      if case .bind(let bind) = mount.kind, bind.origin == .context { bind } else { nil }
    }
  }
}

extension BuildPlan {
  /// The secrets that commands see, each once, in order.
  package var secrets: [String] {
    var ids: Set<String> = []
    for step in steps {
      guard case .run(let run) = step.operation else { continue }
      for case .secret(let secret) in run.mounts.map(\.kind) { ids.insert(secret.id) }
    }
    return ids.sorted()
  }
}

package import Diagnostics
package import OCI

/// Something that a RUN's command sees beside the root file system, and that is never part of the
/// layer: `RUN --mount`.
package struct RunMount: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case bind(Bind)
    case cache(Cache)
    case secret(Secret)
    /// An empty directory in memory; `size` in bytes, nil is what the system gives.
    case memory(size: Int64?)
    /// The caller's SSH agent.
    case agent(Agent)
  }

  package let kind: Kind
  /// In the root; nil for a secret that is a variable only.
  package let target: TreePath?
  package let isReadOnly: Bool
  /// Where the Dockerfile has it.
  package let span: SourceSpan
}

extension RunMount {
  /// Where a mount's files come from.
  package enum Origin: Sendable, Hashable {
    case context
    /// The root file system that a step leaves.
    case root(Step.ID)
  }

  /// What is written to a bind mount is discarded.
  package struct Bind: Sendable, Hashable {
    package let origin: Origin
    /// In the origin; its links are followed.
    package let source: TreePath
  }

  /// A directory that stays between builds.
  package struct Cache: Sendable, Hashable {
    package enum Sharing: String, Sendable, CaseIterable {
      case shared
      case `private`
      case locked
    }

    /// Chosen by whoever wrote the Dockerfile: anything at all.
    package let id: String
    package let sharing: Sharing
    /// The root file system that a new cache starts from; nil is an empty directory.
    package let seed: Step.ID?
    /// In the cache; its links are followed.
    package let source: TreePath
    /// Of the directory; caches with different ones are different caches.
    package let ownership: Ownership?
  }

  /// What is not written, is root's.
  package struct Ownership: Sendable, Hashable {
    /// The bits 07777.
    package let permissions: UInt16
    package let uid: UInt32
    package let gid: UInt32

    package init(permissions: UInt16, uid: UInt32, gid: UInt32) {
      self.permissions = permissions
      self.uid = uid
      self.gid = gid
    }
  }

  package struct Secret: Sendable, Hashable {
    package let id: String
    /// The variable that holds it; nil for a file only.
    package let variable: String?
    package let isRequired: Bool
    package let ownership: Ownership
  }

  package struct Agent: Sendable, Hashable {
    package let id: String
    package let isRequired: Bool
  }

  /// The step that must be done before this can be mounted.
  package var dependency: Step.ID? {
    switch kind {
    case .bind(let bind):
      if case .root(let step) = bind.origin { step } else { nil }
    case .cache(let cache): cache.seed
    case .secret, .memory, .agent: nil
    }
  }
}

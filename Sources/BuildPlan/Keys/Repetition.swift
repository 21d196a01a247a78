import OCI

extension BuildPlan {
  /// How many steps before this one run the same command with the same caches.
  ///
  /// What a command leaves in a cache alone leaves no trace in its root: without this, the second of
  /// two would be taken for the first, and not run.
  package func repetition(of step: Step) -> Int {
    guard case .run(let run) = step.operation, run.hasCache, let parent = step.parent else {
      return 0
    }
    let own = run.identity(on: platform)
    return chain(to: parent).count { id in
      guard case .run(let earlier) = self[id].operation, earlier.hasCache else { return false }
      return earlier.identity(on: platform) == own
    }
  }
}

extension RunOperation {
  fileprivate var hasCache: Bool {
    mounts.contains { if case .cache = $0.kind { true } else { false } }
  }

  /// All but what it runs on.
  fileprivate func identity(on platform: Platform) -> Digest {
    var hasher = StepKeyHasher()
    describe(to: &hasher, root: nil, platform: platform)
    return hasher.finalize()
  }
}

package import OCI

/// A built image, as far as running it needs to know it.
package struct RunImage: Sendable {
  /// Of its manifest.
  package let digest: Digest
  /// Absolute paths of the unpacked layers, the topmost first. Empty in a plan that is only shown.
  package let lowers: [String]
  package var tree: RootTree { lazyTree.value }
  private let lazyTree: LazyTree
  package let execution: ImageConfig.Execution
  /// Where its COPYs put what is in the context.
  package let places: [CopyPlace]

  package init(
    digest: Digest, lowers: [String], tree: RootTree, config: ImageConfig, places: [CopyPlace]
  ) {
    self.digest = digest
    self.lowers = lowers
    lazyTree = LazyTree { tree }
    execution = config.config ?? ImageConfig.Execution()
    self.places = places
  }

  /// For who has the plan already: what is in the image is only asked for when the run has ended.
  package init(
    digest: Digest, lowers: [String], places: [CopyPlace], user: String?, tree: LazyTree
  ) {
    self.digest = digest
    self.lowers = lowers
    self.places = places
    var execution = ImageConfig.Execution()
    execution.user = user
    self.execution = execution
    lazyTree = tree
  }
}

package import BuildPlan
package import OCI

/// A built image beside the plan that it was built by: which instruction made which layer, and which
/// file of the context came to be which of the image.
package struct AdvisedImage: Sendable {
  package let plan: BuildPlan
  package let contents: ImageContents
  package let tree: LayeredTree
  /// What the build took of the context.
  private let files: LayerIndex
  private let places: [CopyPlace]
  /// Of each layer; nil for the base's.
  private let steps: [Step.ID?]

  /// - Returns: nil when the image was not made by this plan.
  package init?(
    _ contents: ImageContents, of plan: BuildPlan, files: LayerIndex, places: [CopyPlace]
  ) {
    guard let steps = Self.steps(of: contents, plan) else { return nil }
    self.steps = steps
    (self.plan, self.contents, self.files, self.places) = (plan, contents, files, places)
    tree = LayeredTree(contents.layers.map(\.index))
  }

  /// Goes through the plan's history and the image's from their ends: in front of both is the base.
  private static func steps(of contents: ImageContents, _ plan: BuildPlan) -> [Step.ID?]? {
    var layers: [Int: Int] = [:]
    for (number, layer) in contents.layers.enumerated() {
      guard let row = layer.row else { return nil }
      layers[row] = number
    }
    var steps = [Step.ID?](repeating: nil, count: contents.layers.count)
    var rows = (contents.config.history ?? [])[...]
    for (entry, earlier) in zip(plan.history, [nil] + plan.history.map(Optional.some)).reversed() {
      guard let row = rows.popLast(), row.createdBy == entry.instruction else { return nil }
      guard let layer = layers[rows.endIndex] else { continue }
      steps[layer] = entry.step
      // An instruction that made several layers is there as often.
      while entry.instruction != earlier?.instruction, rows.last?.createdBy == entry.instruction,
        let layer = layers[rows.endIndex - 1]
      {
        steps[layer] = entry.step
        rows.removeLast()
      }
    }
    return steps
  }

  /// The instruction that made a layer, counted from 0; nil for the base's.
  package func step(of layer: Int) -> Step? { steps[layer].map { plan[$0] } }

  /// Whether something came with a COPY or ADD from the context.
  func isFromContext(_ item: LayeredTree.Item) -> Bool {
    guard case .copy(let copy)? = step(of: item.layer)?.operation else { return false }
    return copy.source == .context
  }

  /// Where in the context a file was that a COPY brought; nil when that is not known.
  func contextPath(of item: LayeredTree.Item) -> TreePath? {
    guard isFromContext(item) else { return nil }
    for place in places.reversed() {
      guard let inside = item.entry.path.relative(to: place.destination) else { continue }
      let path = place.source.appending(inside)
      if let file = files.entry(at: path), file.content == item.entry.content { return path }
    }
    return nil
  }
}

import BuildPlan

/// What package managers leave in the layer of a RUN.
struct PackageCacheRule: AdviceRule {
  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding] {
    var uses: [Step.ID: [(use: CacheUse, items: [Int])]] = [:]
    for use in image.tree.packageCaches where use.cache.remedy != .none {
      let layers = Dictionary(grouping: use.items) { image.tree.items[$0].layer }
      for (layer, items) in layers {
        guard let step = image.step(of: layer), case .run = step.operation else { continue }
        uses[step.id, default: []].append((use, items))
      }
    }
    return uses.keys.sorted { $0.index < $1.index }.compactMap { step in
      let uses = (uses[step] ?? []).sorted { $0.use.directory < $1.use.directory }
      guard let saving = claims.take(uses.flatMap(\.items)) else { return nil }
      return Finding(
        cause: .packageCaches(uses.map { ($0.use.cache, $0.use.directory) }), step: step,
        saving: saving)
    }
  }
}

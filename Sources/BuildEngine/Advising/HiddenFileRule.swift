import BuildPlan
import OCI

/// Files that one instruction makes and a later one hides.
struct HiddenFileRule: AdviceRule {
  private struct Group: Hashable {
    let step: Step.ID
    let hiddenBy: Step.ID
    /// The same content under another owner or with other permissions.
    let isRepeated: Bool
  }

  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding] {
    let tree = image.tree
    var groups: [Group: [Int]] = [:]
    for (number, item) in tree.items.enumerated() where item.bytes > 0 {
      guard let end = item.end, let step = image.step(of: item.layer),
        let hider = image.step(of: end.layer), step.id != hider.id
      else { continue }
      let isRepeated = end.replacement.map {
        tree.items[$0].entry.content == item.entry.content
      }
      groups[
        Group(step: step.id, hiddenBy: hider.id, isRepeated: isRepeated == true), default: []
      ].append(number)
    }
    let ordered = groups.sorted {
      ($0.key.step.index, $0.key.hiddenBy.index) < ($1.key.step.index, $1.key.hiddenBy.index)
    }
    return ordered.compactMap { group, items in
      guard let saving = claims.take(items) else { return nil }
      return Finding(
        cause: group.isRepeated
          ? repeated(saving.items.map { tree.items[$0] }, by: group.hiddenBy, tree)
          : .removedLater(by: group.hiddenBy),
        step: group.step, saving: saving)
    }
  }

  /// What the files became, where all became the same.
  private func repeated(
    _ items: [LayeredTree.Item], by hider: Step.ID, _ tree: LayeredTree
  ) -> Finding.Cause {
    // What some of a layer became is nothing that can be said of its instruction.
    let isAll =
      items.count == tree.items.count { $0.layer == items.first?.layer && $0.bytes > 0 }
    let after = items.compactMap { $0.end?.replacement.map { tree.items[$0].entry } }
    func changed<Value: Hashable>(_ value: (LayerEntry) -> Value) -> Value? {
      let values = Set(after.map(value))
      let isSame = zip(items, after).allSatisfy { value($0.entry) == value($1) }
      return isSame || values.count > 1 || !isAll ? nil : values.first
    }
    return .changedLater(
      by: hider, owner: changed { "\($0.uid):\($0.gid)" }, permissions: changed(\.permissions))
  }
}

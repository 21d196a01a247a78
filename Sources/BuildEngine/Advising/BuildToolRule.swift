import BuildPlan
import OCI

/// Compilers and their like in the layers of commands: with a stage of their own, an image has only
/// what they made.
struct BuildToolRule: AdviceRule {
  /// Fewer bytes of tools than this are not worth a stage.
  private static let least: Int64 = 1_000_000

  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding] {
    let commands = image.plan.chain(to: image.plan.result).map { image.plan[$0] }.filter {
      if case .run = $0.operation { true } else { false }
    }
    let items = itemsOfSteps(image)
    var stages: [String?] = []
    for step in commands where !stages.contains(step.stage) { stages.append(step.stage) }
    return stages.compactMap { stage in
      finding(commands.filter { $0.stage == stage }, items, image, &claims)
    }
  }

  /// - Parameter commands: All of one stage.
  private func finding(
    _ commands: [Step], _ known: [Step.ID: [Int]], _ image: AdvisedImage, _ claims: inout Claims
  ) -> Finding? {
    func items(of step: Step) -> [Int] { known[step.id] ?? [] }
    var sizes: [String: Int64] = [:]
    var first: Step?
    for step in commands {
      for number in items(of: step) where claims.isFree(number) {
        let item = image.tree.items[number]
        guard let tool = BuildTool.of(item.entry.path) else { continue }
        sizes[tool.name, default: 0] += item.bytes
        first = first ?? step
      }
    }
    guard let first, sizes.values.reduce(0, +) >= Self.least else { return nil }
    func hasResults(_ step: Step) -> Bool {
      items(of: step).contains { BuildResults.isResult(image.tree.items[$0].entry.path) }
    }
    let last =
      commands.last { $0.id.index >= first.id.index && ($0.id == first.id || hasResults($0)) }
      ?? first
    let moved = commands.filter { $0.id.index <= last.id.index }.flatMap(items(of:))
    let paths = moved.map { image.tree.items[$0].entry.path }
    let gone = zip(moved, paths).filter { !BuildResults.isResult($1) }.map(\.0)
    let results = BuildResults(of: paths, in: image)
    guard let saving = claims.take(gone)?.less(results.repeatedBytes) else { return nil }
    return Finding(
      cause: .buildTools(
        sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key), until: last.id,
        results: results.paths),
      step: first.id, saving: saving)
  }

  /// What can be seen of what steps left.
  private func itemsOfSteps(_ image: AdvisedImage) -> [Step.ID: [Int]] {
    var found: [Step.ID: [Int]] = [:]
    for (number, item) in image.tree.items.enumerated()
    where item.end == nil && item.entry.kind != .directory {
      if let step = image.step(of: item.layer) { found[step.id, default: []].append(number) }
    }
    return found
  }
}

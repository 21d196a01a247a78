import BuildPlan
import OCI

/// Compilers and their like in the layers of a RUN.
struct BuildToolRule: AdviceRule {
  /// Fewer bytes than this are not worth a stage.
  private static let least: Int64 = 1_000_000

  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding] {
    var items: [Step.ID: [Int]] = [:]
    var tools: [Step.ID: [String: Int64]] = [:]
    for (number, item) in image.tree.items.enumerated() where item.bytes > 0 && item.end == nil {
      guard claims.isFree(number), let step = image.step(of: item.layer),
        case .run = step.operation, let tool = BuildTool.of(item.entry.path)
      else { continue }
      items[step.id, default: []].append(number)
      tools[step.id, default: [:]][tool.name, default: 0] += item.bytes
    }
    return items.keys.sorted { $0.index < $1.index }.compactMap { step in
      let sizes = tools[step] ?? [:]
      guard sizes.values.reduce(0, +) >= Self.least, let saving = claims.take(items[step] ?? [])
      else { return nil }
      let names = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      return Finding(cause: .buildTools(names), step: step, saving: saving)
    }
  }
}

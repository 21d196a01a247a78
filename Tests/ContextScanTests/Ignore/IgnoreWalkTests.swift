import ContextScan
import OCI
import Testing

/// The walk with its short cuts against the rule written down plainly, over random patterns.
struct IgnoreWalkTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private static let parts = ["a", "b", "ab", "*", "**", "a*", "*b", "?", "[ab]", "*a*"]

  /// All paths of up to three components.
  private static let paths: [String] = {
    let names = ["a", "b", "ab", "ba"]
    let pairs = names.flatMap { a in names.map { "\(a)/\($0)" } }
    return names + pairs + pairs.flatMap { a in names.map { "\(a)/\($0)" } }
  }()

  private func patterns(_ random: inout Generator, count: Int) -> [String] {
    (0..<count).map { _ in
      let depth = Int.random(in: 1...3, using: &random)
      let path = (0..<depth).map { _ in Self.parts.randomElement(using: &random) ?? "a" }
      return (Bool.random(using: &random) ? "!" : "") + path.joined(separator: "/")
    }
  }

  /// Which patterns match a path, given which matched its parent.
  private func plainly(
    _ rules: [(rule: IgnoreRules, isException: Bool)], _ path: String, _ parent: [Bool]
  ) -> (matched: [Bool], isExcluded: Bool) {
    var matched = [Bool](repeating: false, count: rules.count)
    var isExcluded = false
    for (index, pattern) in rules.enumerated() {
      let isTried = pattern.isException == isExcluded
      let state = pattern.rule.state(of: Array(path.utf8).span, in: pattern.rule.root)
      guard parent[index] || (isTried && state.isExcluded) else { continue }
      matched[index] = true
      isExcluded = !pattern.isException
    }
    return (matched, isExcluded)
  }

  @Test(arguments: [3, 8, 90])
  func agreesWithThePlainRule(count: Int) throws {
    var random = Generator(state: UInt64(count))
    for _ in 0..<(300 / count + 20) {
      let texts = patterns(&random, count: count)
      let rules = try IgnoreRules(patterns: texts)
      let single = try texts.map { text in
        let isException = text.hasPrefix("!")
        return (
          rule: try IgnoreRules(patterns: [isException ? String(text.dropFirst()) : text]),
          isException: isException
        )
      }
      var known: [String: [Bool]] = ["": [Bool](repeating: false, count: count)]
      for path in Self.paths {
        let parent = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : ""
        let (matched, isExcluded) = plainly(single, path, known[parent]!)
        known[path] = matched
        #expect(rules.excludes(TreePath(path)) == isExcluded, "\(texts) on \(path)")
      }
    }
  }

  @Test
  func whatIsPrunedHoldsNothing() throws {
    var random = Generator(state: 7)
    for _ in 0..<300 {
      let texts = patterns(&random, count: 4)
      let rules = try IgnoreRules(patterns: texts)
      for directory in Self.paths where rules.canPrune(directory: TreePath(directory)) {
        for path in Self.paths where path.hasPrefix(directory + "/") {
          #expect(rules.excludes(TreePath(path)), "\(texts) on \(path)")
        }
      }
    }
  }
}

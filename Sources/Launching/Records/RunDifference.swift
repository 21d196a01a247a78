package import State

/// Something in which two runs are not the same.
package struct RunDifference: Sendable, Hashable, Encodable {
  /// As facts are called, and beside them: `image`, `script`, `arguments`, `machine`, `result`.
  package let name: String
  /// nil where there is none.
  package let before: String?
  package let after: String?

  /// All but when they ran and for how long, in which two runs always differ, and that one of them
  /// is a replay.
  package static func between(_ old: RunRecord, _ new: RunRecord) -> [RunDifference] {
    let (before, after) = (values(of: old), values(of: new))
    let old = Dictionary(before.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let new = Dictionary(after.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var seen: Set<String> = []
    let names = (after + before).map(\.name).filter { seen.insert($0).inserted }
    let differing = names.filter { old[$0] != new[$0] }
    // What was started follows from what was given.
    let isTold = differing.contains("arguments") || differing.contains("script")
    return differing.filter { $0 != RunFacts.command || !isTold }.map {
      RunDifference(name: $0, before: old[$0], after: new[$0])
    }
  }

  private static func values(of run: RunRecord) -> [Input] {
    var values = [Input("image", run.imageDigest ?? "none"), Input("script", run.script)]
    values.append(Input("arguments", ShellWords.line(run.arguments)))
    values.append(Input("machine", run.machine.description))
    let facts = run.facts.filter { $0.name != RunFacts.replayed }
    return values + facts + [Input("result", run.ending.words)]
  }
}

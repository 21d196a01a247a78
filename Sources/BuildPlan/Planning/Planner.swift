package import Diagnostics
package import DockerfileSyntax
import OCI

/// Turns a Dockerfile into a plan. Pure: it asks for nothing, but says which base images it needs,
/// and goes on when it is given what was found.
package struct Planner: Sendable {
  private let dockerfile: Dockerfile
  private let request: BuildRequest
  private let global: GlobalScope
  private let table: StageTable
  private let warnings: [Diagnostic]

  /// - Throws: ``DiagnosticList`` when the stages that are needed cannot be made out.
  package init(
    _ dockerfile: Dockerfile, _ request: BuildRequest
  ) throws(DiagnosticList) {
    var findings = Findings(dockerfile)
    self.dockerfile = dockerfile
    self.request = request
    global = GlobalScope(dockerfile, request, findings: &findings)
    guard let table = StageTable(dockerfile, request, global, findings: &findings),
      !findings.hasErrors
    else { throw DiagnosticList(findings.diagnostics) }
    self.table = table
    warnings = findings.diagnostics
  }

  /// The images to look up, each once, in the order of the Dockerfile.
  package var bases: [BaseRequest] {
    let references =
      table.reachable.compactMap { table.bases[$0] }
      + table.sources.sorted { $0.key.lowerBound < $1.key.lowerBound }.map(\.value)
    var seen: Set<BaseKey> = []
    return references.compactMap { reference in
      guard case .image(let request) = reference, seen.insert(request.key).inserted else {
        return nil
      }
      return request
    }
  }

  /// - Parameter resolved: What was found for each of ``bases``.
  /// - Throws: ``DiagnosticList``
  package func plan(with resolved: [BaseKey: ResolvedBase]) throws(DiagnosticList) -> BuildPlan {
    var findings = Findings(dockerfile)
    var steps = StepList(source: dockerfile.source)
    var finished: [Int: StageState] = [:]
    // FROM lines depend on those before the first of them, and on platforms that are given.
    var arguments = global.declared.merging(
      request.arguments.filter { global.automatic[$0.key] != nil }
    ) { $1 }
    for index in table.reachable {
      guard let base = table.bases[index] else { continue }
      var state = start(index, from: base, resolved, finished, &steps, &findings)
      var planner = StagePlanner(
        request: request, global: global, table: table, resolved: resolved, finished: finished)
      planner.run(&state, stage: table.stages[index], steps: &steps, findings: &findings)
      finished[index] = state
      arguments.merge(state.usedArguments) { $1 }
    }
    guard let final = finished[table.target], !findings.hasErrors else {
      throw DiagnosticList(findings.diagnostics)
    }
    warnAboutUnusedArguments(arguments, &findings)
    return BuildPlan(
      steps: steps.steps, result: final.root, execution: execution(of: final),
      author: final.author, baseHistory: final.baseHistory, history: final.history,
      platform: final.platform,
      bases: bases.compactMap { request in resolved[request.key].map { (request.key, $0) } },
      arguments: arguments.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      target: table.target == table.stages.count - 1 ? nil : request.target,
      warnings: warnings + findings.diagnostics)
  }

  private func start(
    _ index: Int, from base: StageTable.Reference, _ resolved: [BaseKey: ResolvedBase],
    _ finished: [Int: StageState], _ steps: inout StepList, _ findings: inout Findings
  ) -> StageState {
    let stage = table.stages[index]
    let name = stage.base.name?.text ?? (table.stages.count > 1 ? "stage-\(index)" : nil)
    switch base {
    case .stage(let parent):
      if var state = finished[parent] {
        state.name = name
        state.hasCommand = false
        return state
      }
    case .image(let request):
      if let found = resolved[request.key] {
        let root = steps.base(request.key, stage: name, instruction: stage.start)
        return StageState(name: name, root: root, base: found)
      }
      findings.error(
        "missing-base", "the image '\(request.reference.familiar)' was not found",
        at: stage.base.image.range)
    case .scratch: break
    }
    let root = steps.base(nil, stage: name, instruction: stage.start)
    return StageState(name: name, root: root, platform: request.platform)
  }

  private func execution(of state: StageState) -> ImageConfig.Execution {
    var execution = state.execution
    if !request.labels.isEmpty {
      execution.labels = (execution.labels ?? [:]).merging(request.labels) { $1 }
    }
    return execution
  }

  private func warnAboutUnusedArguments(_ used: [String: String], _ findings: inout Findings) {
    let known = Set(used.keys).union(global.declared.keys).union(GlobalScope.proxies)
      .union(global.automatic.keys)
    let ignored = request.arguments.keys.filter {
      !known.contains($0) && !$0.hasPrefix("BUILDKIT_")
    }
    for name in ignored.sorted() where !isDeclared(name) {
      findings.add(
        Diagnostic(
          .warning, id: "unused-argument", "the build argument '\(name)' is not declared",
          help: "add 'ARG \(name)' to '\(dockerfile.source.name)', or drop the argument"))
    }
  }

  /// Whether any stage declares it, also one that is not needed now.
  private func isDeclared(_ name: String) -> Bool {
    table.stages.contains { stage in
      stage.instructions.contains { instruction in
        guard case .arg(let declarations) = instruction.kind else { return false }
        return declarations.contains { $0.name.text == name }
      }
    }
  }
}

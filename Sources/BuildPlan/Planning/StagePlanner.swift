import Diagnostics
import DockerfileSyntax
import OCI

/// Plans the instructions of one stage.
struct StagePlanner {
  let request: BuildRequest
  let global: GlobalScope
  let table: StageTable
  let resolved: [BaseKey: ResolvedBase]
  let finished: [Int: StageState]

  mutating func run(
    _ state: inout StageState, stage: Dockerfile.Stage, steps: inout StepList,
    findings: inout Findings
  ) {
    if let triggers = state.execution.onBuild, !triggers.isEmpty {
      findings.error(
        "unsupported-onbuild",
        "the base image has ONBUILD triggers, which are not supported: \(triggers[0])",
        at: stage.base.image.range, help: "use a base image without ONBUILD")
    }
    for instruction in stage.instructions {
      plan(instruction, &state, &steps, &findings)
    }
  }

  private func plan(
    _ instruction: Instruction, _ state: inout StageState, _ steps: inout StepList,
    _ findings: inout Findings
  ) {
    switch instruction.kind {
    case .from: break
    case .arg(let declarations): declare(declarations, &state, &findings)
    case .env(let assignments): setEnvironment(assignments, &state, &findings)
    case .label(let assignments): setLabels(assignments, &state, &findings)
    case .workdir(let path): setWorkingDirectory(path, instruction, &state, &steps, &findings)
    case .user(let user): setUser(user, &state, &findings)
    case .expose(let ports): expose(ports, &state, &findings)
    case .volume(let paths): addVolumes(paths, &state, &findings)
    case .entrypoint(let command): setEntrypoint(command, &state)
    case .cmd(let command): setCommand(command, &state)
    case .shell(let words):
      state.execution.shell = words.map(\.text)
      state.note("SHELL " + json(words.map(\.text)))
    case .stopSignal(let word): setStopSignal(word, &state, &findings)
    case .healthcheck(let check): setHealthcheck(check, &state)
    case .maintainer(let name):
      state.author = name.text
      state.note("MAINTAINER " + name.text)
    case .run(let run): addRun(run, instruction, &state, &steps, &findings)
    case .copy(let copy): addCopy(copy, instruction, &state, &steps, &findings)
    case .add(let add): addAdd(add, instruction, &state, &steps, &findings)
    case .onbuild:
      findings.error(
        "unsupported-instruction", "ONBUILD is not supported", at: instruction.keyword.range,
        help: "write the instruction in the Dockerfiles that build on this image")
    }
  }

  /// Notes that something is understood, but cannot be done.
  func refuse(
    _ what: String, at range: Range<Int>, help: String, _ findings: inout Findings
  ) {
    findings.error("unsupported-option", "\(what) is not supported", at: range, help: help)
  }

  func json(_ words: [String]) -> String {
    guard let bytes = try? CanonicalJSON.encode(words) else { return "[]" }
    return String(decoding: bytes, as: UTF8.self)
  }
}

import Diagnostics
import DockerfileSyntax
import OCI

/// Which stages there are, what each of them needs, and which are needed at all.
struct StageTable {
  /// What a FROM or a `--from` names.
  enum Reference: Hashable {
    case scratch
    case stage(Int)
    case image(BaseRequest)
  }

  let stages: [Dockerfile.Stage]
  let target: Int
  /// Behind each FROM; of unreachable stages, too, where it is a stage.
  private(set) var bases: [Int: Reference] = [:]
  /// Behind each `--from` of reachable stages, and each `from` of a mount, by the word's place.
  private(set) var sources: [Range<Int>: Reference] = [:]
  /// In the order of the Dockerfile.
  private(set) var reachable: [Int] = []
  private let platform: Platform

  init?(
    _ dockerfile: Dockerfile, _ request: BuildRequest, _ global: GlobalScope,
    findings: inout Findings
  ) {
    stages = dockerfile.stages
    platform = request.platform
    guard let target = Self.target(request.target, in: stages, &findings) else { return nil }
    self.target = target
    var rest = [target]
    var seen: Set<Int> = []
    while let stage = rest.popLast() {
      guard seen.insert(stage).inserted else { continue }
      rest += resolve(stage, global, &findings)
    }
    reachable = seen.sorted()
  }

  private static func target(
    _ name: String?, in stages: [Dockerfile.Stage], _ findings: inout Findings
  ) -> Int? {
    guard let name else { return stages.indices.last }
    let wanted = name.lowercased()
    if let found = stages.lastIndex(where: { $0.base.name?.text == wanted }) { return found }
    let names = stages.compactMap { $0.base.name?.text }
    let nearest = Suggestion.closest(to: name, among: names)
    findings.add(
      Diagnostic(
        id: "unknown-stage",
        "no stage is named '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
        help: names.isEmpty
          ? "name a stage with 'FROM <image> AS <name>'"
          : "the stages of '\(findings.source.name)' are: " + names.joined(separator: ", ")))
    return nil
  }

  /// The newest stage of that name, else the one of that number, among those before `limit`.
  static func index(of name: String, before limit: Int, in stages: [Dockerfile.Stage]) -> Int? {
    let wanted = name.lowercased()
    if let named = stages[..<limit].lastIndex(where: { $0.base.name?.text == wanted }) {
      return named
    }
    guard let number = Int(name), stages[..<limit].indices.contains(number) else { return nil }
    return number
  }

  /// Looks up what a stage names.
  /// - Returns: The stages that it needs.
  private mutating func resolve(
    _ stage: Int, _ global: GlobalScope, _ findings: inout Findings
  ) -> [Int] {
    var needed: [Int] = []
    if let base = base(of: stage, global, &findings) {
      bases[stage] = base
      if case .stage(let index) = base { needed.append(index) }
    }
    for instruction in stages[stage].instructions {
      for (place, from) in Self.names(in: instruction, findings.source) {
        guard let source = source(from, in: stage, &findings) else { continue }
        sources[place] = source
        if case .stage(let index) = source { needed.append(index) }
      }
    }
    return needed
  }

  /// What an instruction names as a source of files, and the place by which that is looked up.
  private static func names(
    in instruction: Instruction, _ file: SourceFile
  ) -> [(place: Range<Int>, from: Word)] {
    switch instruction.kind {
    case .copy(let copy): copy.from.map { [($0.range, $0)] } ?? []
    case .run(let run):
      run.mounts.compactMap { mount in
        MountOptions.from(of: mount, in: file).map { (mount.range, $0) }
      }
    default: []
    }
  }

  private func base(
    of stage: Int, _ global: GlobalScope, _ findings: inout Findings
  ) -> Reference? {
    let from = stages[stage].base
    guard let name = findings.expand(from.image, in: global.scope) else { return nil }
    guard !name.isEmpty else {
      findings.error(
        "empty-base", "the base image '\(from.image.text)' expands to nothing",
        at: from.image.range,
        help: "declare the variable with ARG before the first FROM, or give it by --build-arg")
      return nil
    }
    if name == "scratch" { return .scratch }
    let wanted = name.lowercased()
    if let index = stages[..<stage].lastIndex(where: { $0.base.name?.text == wanted }) {
      return .stage(index)
    }
    guard let platform = platform(of: from, global, &findings) else { return nil }
    return image(name, platform, at: from.image.range, &findings)
  }

  private func platform(
    of from: Instruction.From, _ global: GlobalScope, _ findings: inout Findings
  ) -> Platform? {
    guard let word = from.platform else { return platform }
    guard let text = findings.expand(word, in: global.scope) else { return nil }
    guard let platform = Platform(text) else {
      findings.error(
        "invalid-platform", "'\(text)' is not a platform", at: word.range,
        help: "write it as os/architecture, such as linux/amd64")
      return nil
    }
    return platform
  }

  private func source(
    _ from: Word, in stage: Int, _ findings: inout Findings
  ) -> Reference? {
    let name = from.text
    if let index = Self.index(of: name, before: stage, in: stages) { return .stage(index) }
    if name.lowercased() == stages[stage].base.name?.text {
      findings.error(
        "circular-stage", "the stage '\(name)' takes files from itself", at: from.range,
        help: "name a stage before this one")
      return nil
    }
    if let number = Int(name) {
      findings.error(
        "unknown-stage", "there is no stage \(number) before this one", at: from.range,
        help: stage == 0
          ? "this is stage 0, the first one"
          : "the stages before this one are 0 to \(stage - 1); images are named with a tag")
      return nil
    }
    let names = stages[..<stage].compactMap { $0.base.name?.text }
    if !name.contains(where: { "/:.@".contains($0) }),
      let nearest = Suggestion.closest(to: name, among: names)
    {
      findings.error(
        "unknown-stage", "no stage is named '\(name)'; did you mean '\(nearest)'?", at: from.range,
        replacement: nearest)
      return nil
    }
    if name == "scratch" { return .scratch }
    return image(name, platform, at: from.range, &findings)
  }

  private func image(
    _ name: String, _ platform: Platform, at range: Range<Int>, _ findings: inout Findings
  ) -> Reference? {
    guard let reference = ImageReference(name) else {
      findings.error(
        "invalid-reference", "'\(name)' is not the name of an image", at: range,
        help: "write it as [registry/]name[:tag][@digest], in lower case")
      return nil
    }
    return .image(
      BaseRequest(reference: reference, platform: platform, span: findings.span(range)))
  }
}

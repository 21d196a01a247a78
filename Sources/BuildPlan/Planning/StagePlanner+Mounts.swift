import Diagnostics
import DockerfileSyntax
import OCI

/// The mounts of a RUN.
///
/// Source: behaviour of BuildKit's `dispatchRunMounts`.
extension StagePlanner {
  func mounts(
    of run: Instruction.Run, _ instruction: Instruction, _ state: StageState,
    _ steps: inout StepList, _ findings: inout Findings
  ) -> [RunMount] {
    var mounts: [RunMount] = []
    for word in run.mounts {
      guard let options = MountOptions(word, in: state.scope, &findings),
        let mount = mount(options, word, instruction, state, &steps, &findings)
      else { continue }
      mounts.append(mount)
    }
    return mounts
  }

  private func mount(
    _ options: MountOptions, _ word: Word, _ instruction: Instruction, _ state: StageState,
    _ steps: inout StepList, _ findings: inout Findings
  ) -> RunMount? {
    if options.kind == .secret { return secret(options, word, findings) }
    if options.kind == .ssh { return agent(options, word, findings) }
    let target = TreePath(absolute(options.target, in: state))
    guard !target.isRoot else {
      findings.error(
        "invalid-mount", "a mount cannot be at the root", at: word.range,
        help: "write a directory, 'target=/PATH'")
      return nil
    }
    let source = TreePath(options.source)
    let kind: RunMount.Kind
    switch options.kind {
    case .tmpfs: kind = .memory(size: options.size)
    case .cache:
      var seed: Step.ID?
      if options.from != nil {
        guard let root = origin(of: word, instruction, &steps) else { return nil }
        seed = root
      }
      kind = .cache(cache(options, seed: seed, source: source))
    default:
      var origin = RunMount.Origin.context
      if options.from != nil {
        guard let root = self.origin(of: word, instruction, &steps) else { return nil }
        origin = .root(root)
      }
      kind = .bind(.init(origin: origin, source: source))
    }
    return RunMount(
      kind: kind, target: target, isReadOnly: options.isReadOnly, span: findings.span(word.range))
  }

  /// - Returns: nil when `from` could not be made out, which has been noted.
  private func origin(
    of mount: Word, _ instruction: Instruction, _ steps: inout StepList
  ) -> Step.ID? {
    switch table.sources[mount.range] {
    case .stage(let index): finished[index]?.root
    case .image(let request): steps.base(request.key, stage: nil, instruction: instruction)
    case .scratch: steps.base(nil, stage: nil, instruction: instruction)
    case nil: nil
    }
  }

  private func cache(
    _ options: MountOptions, seed: Step.ID?, source: TreePath
  ) -> RunMount.Cache {
    var id = options.id.isEmpty ? Self.cleaned(options.target) : options.id
    if !request.cacheNamespace.isEmpty { id = request.cacheNamespace + "/" + id }
    // As in the reference: a directory of its own, empty, and only where no other one is wanted.
    let isOwned =
      source.isRoot && (options.mode != nil || options.uid != nil || options.gid != nil)
    return RunMount.Cache(
      id: id, sharing: options.sharing ?? .shared, seed: seed, source: source,
      ownership: isOwned ? ownership(options, permissions: 0o755) : nil)
  }

  private func ownership(
    _ options: MountOptions, permissions: UInt16
  ) -> RunMount.Ownership {
    RunMount.Ownership(
      permissions: options.mode ?? permissions, uid: options.uid ?? 0, gid: options.gid ?? 0)
  }

  private func secret(
    _ options: MountOptions, _ word: Word, _ findings: Findings
  ) -> RunMount {
    var id = options.source.isEmpty ? options.id : options.source
    if id.isEmpty { id = Self.lastComponent(options.target) }
    let variable = options.variable.map { $0.isEmpty ? id : $0 }
    var target = options.target.isEmpty ? nil : options.target
    if target == nil, variable == nil { target = "/run/secrets/" + Self.lastComponent(id) }
    return RunMount(
      kind: .secret(
        .init(
          id: id, variable: variable, isRequired: options.isRequired,
          ownership: ownership(options, permissions: 0o400))),
      target: target.map { TreePath($0) }, isReadOnly: true, span: findings.span(word.range))
  }

  private func agent(
    _ options: MountOptions, _ word: Word, _ findings: Findings
  ) -> RunMount {
    let id = options.id.isEmpty ? options.source : options.id
    return RunMount(
      kind: .agent(.init(id: id.isEmpty ? "default" : id, isRequired: options.isRequired)),
      target: options.target.isEmpty ? nil : TreePath(options.target), isReadOnly: true,
      span: findings.span(word.range))
  }

  private static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// As Go's `path.Clean`.
  private static func cleaned(_ path: String) -> String {
    let clean = TreePath(path).description
    if path.hasPrefix("/") { return clean }
    return clean == "/" ? "." : String(clean.dropFirst())
  }
}

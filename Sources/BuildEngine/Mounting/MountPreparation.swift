import BuildPlan
import ContextScan
import FileSystem
import Glibc
import OCI
import Sandbox
import Storage

/// Makes a RUN's mounts ready: copies what it binds of the context, waits for its caches, reads its
/// secrets. What it holds is held as long as it lives.
struct MountPreparation {
  let services: BuildServices
  let step: Step
  let secrets: BuildSecrets
  /// The step's own directory, of the store's file system.
  let space: String
  let epoch: Int64

  private(set) var mounts: [SandboxMount] = []
  /// `NAME=value`, after all others.
  private(set) var environment: [String] = []
  private(set) var secretValues: [[UInt8]] = []
  private var agentCount = 0
  private var caches: [Digest: CacheMount] = [:]

  init(
    _ services: BuildServices, _ step: Step, _ secrets: BuildSecrets, space: String, epoch: Int64
  ) {
    self.services = services
    self.step = step
    self.secrets = secrets
    self.space = space
    self.epoch = epoch
  }

  /// - Parameters:
  ///   - bound: The files of the context of each mount that shows some.
  ///   - finished: What other steps left.
  mutating func prepare(
    _ run: RunOperation, bound: [Int: ContextMount], finished: (Step.ID) -> RootState
  ) throws {
    try acquireCaches(of: run, finished)
    for (index, mount) in run.mounts.enumerated() {
      do {
        switch mount.kind {
        case .bind(let bind):
          try add(mount, bind, index, bound[index], finished)
        case .cache(let cache): try add(mount, cache, index, finished)
        case .secret(let secret): try add(mount, secret)
        case .memory(let size):
          add(.memory(size: size, mode: 0o1777), at: mount)
        case .agent(let agent): try add(mount, agent, of: run)
        }
      } catch let failure as StepFailure {
        throw failure
      } catch {
        throw StepFailure(span: mount.span, instruction: step.instruction, cause: error)
      }
    }
  }

  private mutating func add(_ source: SandboxMount.Source, at mount: RunMount) {
    guard let target = mount.target else { return }
    mounts.append(
      SandboxMount(source, target: target.description, isReadOnly: mount.isReadOnly))
  }

  private func makeDirectory(_ name: String) throws -> String {
    let made = "\(space)/\(name)"
    try FileTree.makeDirectories(made)
    return made
  }

  // MARK: Files of the context, of stages and images

  private mutating func add(
    _ mount: RunMount, _ bind: RunMount.Bind, _ index: Int, _ bound: ContextMount?,
    _ finished: (Step.ID) -> RootState
  ) throws {
    switch bind.origin {
    case .context:
      guard let bound else { return }
      let directory = try makeDirectory("bound-\(index)")
      try bound.files.write(
        bound.entries, into: directory, epoch: epoch, context: bound.context)
      add(
        .bind(bound.files.isDirectory ? directory : directory + BoundFiles.file.description),
        at: mount)
    case .root(let id):
      try require(bind.source, in: finished(id))
      var writable = SandboxSpec.Writable.readOnly
      if !mount.isReadOnly {
        writable = .directory(
          upper: try makeDirectory("upper-\(index)"), work: try makeDirectory("work-\(index)"))
      }
      let tree = SandboxTree.overlay(lowers: try lowers(finished(id)), writable: writable)
      add(.inside(tree, path: bind.source.description), at: mount)
    }
  }

  private func require(_ source: TreePath, in root: RootState) throws {
    if source.isRoot { return }
    let tree = try services.reader.tree(of: root)
    let found: LayerEntry?
    do throws(ResolutionError) { found = try tree.resolve(source).entry } catch {
      throw BuildError.tooManyLinks(source)
    }
    if found != nil { return }
    throw BuildError.sourceNotFound(
      pattern: source.description, inContext: false, nearest: nil, isIgnored: false)
  }

  private func lowers(_ root: RootState) throws -> [String] {
    let found = try services.snapshots.directories(of: root)
    return found.isEmpty ? [try makeDirectory("empty")] : found
  }

  // MARK: Caches

  /// All of them in one order, whatever the order of the mounts: two commands never wait for each
  /// other. One that is mounted twice is one.
  private mutating func acquireCaches(
    of run: RunOperation, _ finished: (Step.ID) -> RootState
  ) throws {
    var wanted: [Digest: (cache: RunMount.Cache, sharing: CacheMount.Sharing)] = [:]
    for case .cache(let cache) in run.mounts.map(\.kind) {
      let key = CacheIdentity.key(of: cache, seed: cache.seed.flatMap { finished($0).chain })
      let sharing = CacheIdentity.sharing(of: cache)
      let known = wanted[key]?.sharing ?? .shared
      wanted[key] = (cache, known == .shared ? sharing : known)
    }
    for (key, want) in wanted.sorted(by: { $0.key.hex < $1.key.hex }) {
      let events = services.events
      caches[key] = try services.store.cacheMount(
        key, want.sharing, whenBlocked: { [step] in events(.waiting(step)) },
        furnish: { try CacheIdentity.furnish($0, for: want.cache) })
      try services.store.cacheMounts.note(key, id: want.cache.id, project: services.project)
    }
  }

  private mutating func add(
    _ mount: RunMount, _ cache: RunMount.Cache, _ index: Int,
    _ finished: (Step.ID) -> RootState
  ) throws {
    let key = CacheIdentity.key(of: cache, seed: cache.seed.flatMap { finished($0).chain })
    guard let held = caches[key] else { return }
    var tree = SandboxTree.directory(held.directory)
    if let seed = cache.seed, cache.ownership == nil {
      // What the cache starts from is below it: nothing is copied. A work directory serves once.
      tree = .overlay(
        lowers: try lowers(finished(seed)),
        writable: .directory(upper: held.directory, work: try makeDirectory("work-\(index)")),
        isKept: true)
    }
    add(.inside(tree, path: cache.source.description), at: mount)
  }

  // MARK: Secrets

  /// The command talks to the agent itself; the place of the first is what programs look for.
  private mutating func add(
    _ mount: RunMount, _ agent: RunMount.Agent, of run: RunOperation
  ) throws {
    let target = mount.target?.description ?? "/run/buildkit/ssh_agent.\(agentCount)"
    // As in the reference, the variable is there although the agent may not be.
    let variable = "SSH_AUTH_SOCK="
    if agentCount == 0, !run.environment.contains(where: { $0.hasPrefix(variable) }) {
      environment.append(variable + target)
    }
    agentCount += 1
    if let socket = secrets.agents[agent.id] {
      mounts.append(SandboxMount(.bind(socket), target: target, isReadOnly: true))
    } else if agent.isRequired {
      throw BuildError.agentMissing(agent.id)
    }
  }

  private mutating func add(_ mount: RunMount, _ secret: RunMount.Secret) throws {
    guard let value = try secrets.read(secret.id) else {
      if secret.isRequired { throw BuildError.secretMissing(secret.id) }
      return
    }
    secretValues.append(value)
    let owner = secret.ownership
    add(
      .file(
        contents: value, mode: UInt32(owner.permissions), uid: owner.uid, gid: owner.gid),
      at: mount)
    if let variable = secret.variable {
      guard !value.contains(0) else { throw BuildError.secretNotText(secret.id) }
      environment.append("\(variable)=" + String(decoding: value, as: UTF8.self))
    }
  }
}

/// What a bind mount shows of the context.
struct ContextMount {
  let files: BoundFiles
  let entries: [LayerEntry]
  let context: BuildContext

  var digest: Digest { TreeDigest.digest(of: entries) }
}

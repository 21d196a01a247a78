import CLinux
import FileSystem
import Glibc
import Processes

/// The first process of the pid namespace: prepares the container, waits for it, passes signals and
/// keystrokes on. When it ends, the kernel ends everything in the namespace.
struct Supervisor {
  let spec: SandboxSpec
  let runtime: Runtime
  let scratch: String
  let cache: String?
  let isUserNamespace: Bool

  func run(in groups: CommandGroups?) throws(SandboxError) -> SandboxEnding? {
    try PrivateMounts.prepare(scratch: scratch, hidesControlGroups: runtime.kind == .crun)
    if spec.network == .none, clinux_raise_loopback() != 0 {
      throw setupFailure("raise the loopback interface")
    }
    let client = RuntimeClient(runtime: runtime, scratch: scratch)
    let filters = FilterCache(
      directory: cache, runtime: runtime, container: client.containerState)
    let filter = filters?.load()
    let builder = BundleBuilder(
      spec: spec, scratch: scratch, isUserNamespace: isUserNamespace, filter: filter)
    try builder.build()
    let console = spec.terminal ? try ConsoleSocket(in: scratch) : nil
    // The other runtime puts the container into groups of its own.
    let isInside = runtime.kind == .crun && groups?.enter() ?? false
    let process = try create(client, builder, console: console?.path)
    if isInside { groups?.leave() } else { try groups?.add(process) }
    if filter == nil { filters?.save() }
    let terminal = try console?.receive()
    if !isUserNamespace { try ContainerDevices.deny(inContainerOf: process) }
    var loop = SupervisorLoop(
      process: process, stopSignal: spec.stopSignal, events: try SignalEvents(),
      terminal: terminal, health: spec.health.map { HealthWatch($0, client) })
    try client.start()
    guard let status = loop.run() else { return nil }
    return SandboxEnding(status: status, ranOutOfMemory: groups?.ranOutOfMemory ?? false)
  }

  /// A command that is not there is told apart from a runtime that fails.
  private func create(
    _ client: RuntimeClient, _ builder: BundleBuilder, console: String?
  ) throws(SandboxError) -> pid_t {
    do throws(SandboxError) {
      return try client.create(bundle: builder.bundle, console: console)
    } catch .runtimeFailed(let runtime, let text) {
      let name = spec.arguments.first ?? ""
      switch CommandLookup(spec, root: try RootView("\(builder.bundle)/rootfs")).result {
      case .found: throw .runtimeFailed(runtime: runtime, text: text)
      case .notFound: throw .commandNotFound(name: name, text: text)
      case .notExecutable: throw .commandNotExecutable(name: name, text: text)
      }
    }
  }
}

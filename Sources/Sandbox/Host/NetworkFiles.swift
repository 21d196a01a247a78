import FileSystem

/// `/etc/hosts` and `/etc/resolv.conf` of a command: copies in memory, so that it may change them.
struct NetworkFiles: Equatable {
  let hosts: [UInt8]
  let resolver: [UInt8]

  /// With the host's network, its names are the host's; without one, only itself has a name.
  init(_ spec: SandboxSpec, systemHosts: [UInt8], systemResolver: [UInt8]) {
    let own = """
      127.0.0.1 localhost
      ::1 localhost ip6-localhost ip6-loopback
      127.0.0.1 \(spec.hostname)

      """
    let further = spec.hosts.map { $0 + "\n" }.joined()
    switch spec.network {
    case .none:
      hosts = Array((own + further).utf8)
      resolver = []
    case .host:
      hosts = systemHosts + Array(("\n" + own + further).utf8)
      resolver = systemResolver
    }
  }

  init(_ spec: SandboxSpec) {
    self.init(
      spec, systemHosts: (try? FileTree.readIfPresent("/etc/hosts")) ?? [],
      systemResolver: (try? FileTree.readIfPresent("/etc/resolv.conf")) ?? [])
  }
}

import OCI

/// The names under which Docker keeps a registry's credentials.
///
/// Source: the Docker CLI's description of `config.json`.
package enum DockerServerName {
  /// Under which they are written, and asked from helpers: Docker Hub's is the address of its old
  /// API.
  static func primary(of registry: String) -> String {
    registry == ImageReference.dockerHub ? "https://index.docker.io/v1/" : registry
  }

  /// All that mean the registry itself, the likeliest first.
  package static func all(of registry: String) -> [String] {
    guard registry == ImageReference.dockerHub else { return [registry] }
    return [primary(of: registry), "index.docker.io", "docker.io", "registry-1.docker.io"]
  }

  /// The keys that mean the registry: a key that is the name itself goes before one that only means
  /// the same host.
  static func keys(of registry: String, in keys: some Sequence<String>) -> [String] {
    let names = all(of: registry)
    let known = Set(keys)
    let others = known.filter { !names.contains($0) && names.contains(host(of: $0)) }
    return names.filter { known.contains($0) } + others.sorted()
  }

  /// `https://host/v1/` and its like mean the host; other paths mean something smaller.
  package static func host(of key: String) -> String {
    var rest = key[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    while rest.hasSuffix("/") { rest.removeLast() }
    for path in ["/v1", "/v2"] where rest.hasSuffix(path) { rest = rest.dropLast(path.count) }
    return String(rest)
  }
}

import OCI

/// Where registries are found: their mirrors, and which of them speak plain HTTP.
package struct RegistryConfiguration: Sendable, Hashable {
  /// Per registry (`docker.io`), in the order in which they are tried: `http://host:port`, or
  /// `host:port`; a path is put before the names of repositories.
  package var mirrors: [String: [String]]
  /// Registries, as in image references, that are spoken to over plain HTTP. Loopback always is.
  package var insecureRegistries: Set<String>

  package init(mirrors: [String: [String]] = [:], insecureRegistries: Set<String> = []) {
    self.mirrors = mirrors
    self.insecureRegistries = insecureRegistries
  }

  /// The API of Docker Hub has a host of its own.
  static let dockerHubHost = "registry-1.docker.io"

  /// The variable that names mirrors of a registry, before those of the configuration: for
  /// `docker.io` it is `RUNCTL_REGISTRY_MIRROR_DOCKER_IO`. Several are separated by commas.
  package static func mirrorVariable(for registry: String) -> String {
    let suffix = registry.uppercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
    }
    return "RUNCTL_REGISTRY_MIRROR_" + String(suffix)
  }

  func endpoint(of registry: String) throws -> Endpoint {
    let authority = registry == ImageReference.dockerHub ? Self.dockerHubHost : registry
    guard
      let origin = WebAddress.Origin(scheme: scheme(of: registry), authority: authority)
    else { throw RegistryError.invalidName(registry) }
    return Endpoint(origin: origin, registry: registry, prefix: "")
  }

  func mirrorEndpoints(
    of registry: String, environment: [String: String]
  ) throws -> [Endpoint] {
    let variable = Self.mirrorVariable(for: registry)
    let named = (environment[variable] ?? "").split(whereSeparator: { ", ".contains($0) })
    return try named.map { try mirror(String($0), setting: variable) }
      + (mirrors[registry] ?? []).map { try mirror($0, setting: "mirrors of \(registry)") }
  }

  private func mirror(_ text: String, setting: String) throws -> Endpoint {
    var address = WebAddress(text)
    if address == nil, !text.contains("://") {
      let host = String(text.prefix { $0 != "/" })
      address = WebAddress(scheme(of: host).rawValue + "://" + text)
    }
    guard let address, !address.target.contains("?") else {
      throw RegistryError.invalidMirror(setting: setting, value: PlainText.sanitised(text))
    }
    let path = address.target.split(separator: "/").joined(separator: "/")
    return Endpoint(
      origin: address.origin, registry: address.origin.authority,
      prefix: path.isEmpty ? "" : path + "/")
  }

  private func scheme(of registry: String) -> WebAddress.Scheme {
    LoopbackHost.contains(registry) || insecureRegistries.contains(registry) ? .http : .https
  }
}

import DockerfileSyntax
import OCI

/// What FROM lines can refer to: the platforms, and the arguments declared before the first FROM.
struct GlobalScope {
  /// Everything that FROM sees.
  private(set) var scope: Scope
  /// Declared before the first FROM; a stage gets one by declaring it again without a default.
  private(set) var declared: [String: String] = [:]
  /// Set by the engine; a stage gets one by declaring it.
  let automatic: [String: String]

  init(_ dockerfile: Dockerfile, _ request: BuildRequest, findings: inout Findings) {
    automatic = Self.platformArguments(build: .host, target: request.platform)
      .merging(["TARGETSTAGE": Self.stage(dockerfile, request)]) { $1 }
    scope = Scope(automatic.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    for name in automatic.keys {
      if let given = request.arguments[name] { scope.set(name, given) }
    }
    for instruction in dockerfile.globalArguments {
      guard case .arg(let declarations) = instruction.kind else { continue }
      for declaration in declarations {
        let name = declaration.name.text
        if let given = request.arguments[name] {
          declare(name, given)
        } else if let value = declaration.value,
          let expanded = findings.expand(value, in: scope)
        {
          declare(name, expanded)
        }
      }
    }
  }

  private static func stage(_ dockerfile: Dockerfile, _ request: BuildRequest) -> String {
    request.target ?? dockerfile.stages.last?.base.name?.text ?? "default"
  }

  private mutating func declare(_ name: String, _ value: String) {
    scope.set(name, value)
    declared[name] = value
  }

  /// Source: Dockerfile reference, "Automatic platform ARGs in the global scope".
  private static func platformArguments(build: Platform, target: Platform) -> [String: String] {
    var found: [String: String] = [:]
    for (prefix, platform) in [("BUILD", build), ("TARGET", target)] {
      found[prefix + "PLATFORM"] = platform.description
      found[prefix + "OS"] = platform.os
      found[prefix + "ARCH"] = platform.architecture
      found[prefix + "VARIANT"] = platform.variant ?? ""
    }
    return found
  }

  /// Names that need no ARG, for the sake of the network alone; no key depends on them.
  ///
  /// Source: Dockerfile reference, "Predefined ARGs".
  static let proxies: Set<String> = [
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy",
    "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy",
  ]
}

import Diagnostics
import DockerfileSyntax
import OCI

@testable import BuildPlan

/// What becomes of a Dockerfile. Every image that it names is there, with what `bases` says.
struct Planned {
  let plan: BuildPlan?
  /// The images that had to be looked up, as people write them.
  let bases: [String]
  let diagnostics: [Diagnostic]

  init(
    _ text: String, target: String? = nil, arguments: [String: String] = [:],
    labels: [String: String] = [:],
    platform: Platform = Platform(os: "linux", architecture: "amd64"),
    bases: [String: ImageConfig.Execution] = [:]
  ) {
    self.init(
      SourceFile(name: "Dockerfile", text: text),
      BuildRequest(target: target, arguments: arguments, labels: labels, platform: platform), bases)
  }

  init(
    _ file: SourceFile, _ request: BuildRequest = BuildRequest(),
    _ configurations: [String: ImageConfig.Execution] = [:]
  ) {
    let (dockerfile, found) = Dockerfile.parse(file)
    guard !found.contains(where: { $0.severity == .error }) else {
      (plan, bases, diagnostics) = (nil, [], found)
      return
    }
    var names: [String] = []
    do throws(DiagnosticList) {
      let planner = try Planner(dockerfile, request)
      names = planner.bases.map(\.reference.familiar)
      var resolved: [BaseKey: ResolvedBase] = [:]
      for base in planner.bases {
        var config = ImageConfig(platform: base.platform)
        config.config = configurations[base.reference.familiar] ?? ImageConfig.Execution()
        config.history = [
          ImageConfig.History(created: nil, createdBy: "base", comment: nil, emptyLayer: false)
        ]
        let descriptor = Descriptor(
          mediaType: .imageManifest, digest: SHA256.digest(of: base.reference.description), size: 1)
        resolved[base.key] = ResolvedBase(manifest: descriptor, config: config)
      }
      let made = try planner.plan(with: resolved)
      (plan, diagnostics) = (made, made.warnings)
    } catch {
      (plan, diagnostics) = (nil, error.diagnostics)
    }
    bases = names
  }

  /// The steps of the result, the first one first.
  var chain: [Step] {
    plan.map { plan in plan.chain(to: plan.result).map { plan[$0] } } ?? []
  }

  var runs: [RunOperation] {
    chain.compactMap { step in
      if case .run(let run) = step.operation { run } else { nil }
    }
  }

  var copies: [CopyOperation] {
    chain.compactMap { step in
      if case .copy(let copy) = step.operation { copy } else { nil }
    }
  }

  var execution: ImageConfig.Execution { plan?.execution ?? ImageConfig.Execution() }

  /// Without PATH, which every image has.
  var environment: [String] { Self.withoutPath(execution.environment) }

  /// What the last RUN sees, without PATH.
  var runEnvironment: [String] { Self.withoutPath(runs.last?.environment) }

  private static func withoutPath(_ environment: [String]?) -> [String] {
    (environment ?? []).filter { !$0.hasPrefix("PATH=") }
  }

  var errors: [String] { diagnostics.filter { $0.severity == .error }.map(\.id) }
}

import BuildEngine
import BuildPlan
import FileSystem
import OCI
import Project
import Sandbox
import Storage

/// Finds out whether an image of the project comes out the same when it is built again.
struct Verification {
  private let target: ImageTarget
  private let workspace: Workspace

  init(_ image: ImageDefinition, _ build: ImageBuild) throws {
    target = try ImageTarget(build.workspace, image, build.settings)
    workspace = build.workspace
  }

  /// Builds it twice and compares what came out.
  func run() throws -> VerificationReport {
    let start = ContinuousClock.now
    return try withBuilds { builds, view in
      note("build 1 of 2")
      let first = try builds.first(view)
      note("build 2 of 2, as on another machine")
      let second = try builds.second(after: first, view)
      let (old, new) = (first.image.manifest.digest, second.image.manifest.digest)
      let isSame = old == new
      var findings: [StepFindings] = []
      if !isSame {
        note("looking for what differs, and why")
        let search = CauseSearch(first, second, redo: try builds.repetition(of: first))
        findings = try BuildComparison(first, second).steps.map(search.findings)
      }
      var report = VerificationReport(
        image: target.image.name, isReproducible: isSame, first: old, second: new, builds: 2,
        steps: first.plan.steps.count, duration: .now - start)
      for found in findings { report.add(found, first.plan) }
      return report
    }
  }

  /// Builds it once and compares what came out with an image that somebody published.
  func run(against reference: ImageReference) throws -> VerificationReport {
    let start = ContinuousClock.now
    return try withBuilds { builds, view in
      note("build 1 of 1")
      let build = try builds.first(view)
      note("comparing with \(reference.familiar)")
      let image = try PublishedImage.fetch(
        reference, build.plan.platform, named: workspace.store(), build.services)
      let result = try PublishedComparison(build, with: image).result()
      var report = VerificationReport(
        image: target.image.name, isReproducible: result.isSame,
        first: build.image.manifest.digest, second: image.manifest.digest, builds: 1,
        steps: build.plan.steps.count, duration: .now - start)
      report.against = reference.familiar
      try report.add(result, build, image)
      return report
    }
  }

  private func withBuilds(
    _ body: (FreshBuilds, BuildProgressView) throws -> VerificationReport
  ) throws -> VerificationReport {
    let view = BuildProgressView(terminal: workspace.terminal)
    defer { view.end() }
    let assessment = try target.assessment(workspace.reading(), events: view.handle)
    assessment.plan.warnings.forEach(DiagnosticPrinter(terminal: workspace.terminal).print)
    if assessment.plan.hasCommands, Sandbox.privilege == .none {
      throw BuildError.needsUserNamespace
    }
    let space = try workspace.store().makeTemporaryDirectory("verify")
    defer { try? FileTree.remove(space) }
    view.begin(assessment.plan)
    return try body(FreshBuilds(target: target, assessment: assessment, space: space), view)
  }

  private func note(_ text: String) {
    workspace.terminal.note("\(target.image.name): \(text)")
  }
}

extension BuildPlan {
  fileprivate var hasCommands: Bool {
    steps.contains { if case .run = $0.operation { true } else { false } }
  }
}

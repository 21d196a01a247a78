import BuildEngine
import Dispatch
import OCI
import Project
import Registry
import State
import Storage

/// Brings images up to date, here and in their registries.
struct ImagePush {
  let build: ImageBuild
  /// Destinations from the command line.
  let given: [PushDestination]

  func run() throws -> CommandStatus {
    // A registry will be asked whatever comes: its library is loaded beside the look at the files.
    DispatchQueue.global().async { RegistryClient.preload() }
    try build.eachImage { image in
      let push = PushTarget(build.workspace, image, given: given)
      // Where it goes must be known before anything is done.
      let repositories = try push.repositories()
      do {
        let result = try build.bring(image, sendingTo: repositories)
        try send(result, push)
      } catch {
        throw build.workspace.cloudRegistry.explained(error)
      }
    }
    return .success
  }

  /// Sends what the registry lacks.
  /// - Returns: All names of the image there, whether or not they had to be given now.
  @discardableResult
  func send(_ result: ImageBuild.Result, _ push: PushTarget) throws -> [ImageReference] {
    let workspace = build.workspace
    let references = try push.references(for: result.manifest)
    let missing = try push.missing(references, manifest: result.manifest)
    let names = references.map(\.familiar).joined(separator: ", ")
    guard !missing.isEmpty else {
      workspace.terminal.print("\(push.image.name): push up to date (\(names))")
      return references
    }
    if result.wasUpToDate {
      missing.forEach { workspace.terminal.note("\(push.image.name): \($0.reason)") }
    }
    let start = ContinuousClock.now
    let view = BuildProgressView(terminal: workspace.terminal)
    defer { view.end() }
    let services = try workspace.services(jobs: build.settings.jobs, events: view.handle)
    let bytes = try services.store.blobs.read(result.manifest)
    let manifest = Descriptor(
      mediaType: .imageManifest, digest: result.manifest, size: Int64(bytes.count))
    try ImagePusher(services, from: services.store.blobs)
      .push(manifest, to: missing.map(\.reference), after: result.uploads)
    let reasons =
      result.wasUpToDate ? missing.map(\.reason) : ["the image was built"]
    try push.record(
      references, manifest: result.manifest, reasons: reasons, took: .now - start)
    workspace.terminal.print(
      "\(push.image.name): pushed \(names) (\(result.manifest.short), "
        + "\(Quantity.duration(.now - start)))")
    return references
  }

  /// With `-n` and `-q`: what would be done.
  func look(_ make: MakeOptions) throws -> CommandStatus {
    var isOutOfDate = false
    let workspace = build.workspace
    for image in build.images {
      let push = PushTarget(workspace, image, given: given)
      let target = try ImageTarget(workspace, image, build.settings)
      switch try target.verdict(workspace.reading(), events: { _ in }) {
      case .outOfDate(let assessment):
        isOutOfDate = true
        if make.isQuestion { continue }
        workspace.terminal.print("\(image.name): would be built and pushed")
        assessment.reasons.forEach { workspace.terminal.print("  \($0)") }
      case .upToDate(let output):
        let references = try push.references(for: output.manifest)
        let missing = try push.missing(references, manifest: output.manifest)
        isOutOfDate = isOutOfDate || !missing.isEmpty
        if make.isQuestion { continue }
        workspace.terminal.print(
          missing.isEmpty
            ? "\(image.name): up to date"
            : "\(image.name): would be pushed to "
              + missing.map(\.reference.familiar).joined(separator: ", "))
        missing.forEach { workspace.terminal.print("  \($0.reason)") }
      }
    }
    return make.isQuestion && isOutOfDate ? .outOfDate : .success
  }
}

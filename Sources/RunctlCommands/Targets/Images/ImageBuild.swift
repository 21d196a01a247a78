import BuildEngine
import BuildPlan
import Diagnostics
import FileSystem
import OCI
import Project
import State

/// Brings the images that a command names up to date.
struct ImageBuild {
  /// An image after it was brought up to date.
  struct Result {
    let target: ImageTarget
    let manifest: Digest
    let wasUpToDate: Bool
    let reasons: [String]
    let uploads: LayerUploads
  }

  let workspace: Workspace
  let images: [ImageDefinition]
  let settings: BuildSettings
  private let make: MakeOptions

  init(
    _ projectOptions: ProjectOptions, _ selection: ImageSelection, _ options: ImageBuildOptions,
    _ make: MakeOptions, namesImages: Bool = true, credentials: CredentialOptions? = nil,
    cloud: CloudOptions = CloudOptions()
  ) throws {
    let references = try selection.references()
    let context = try selection.contextPath(or: options.source.context)
    workspace = try Workspace(
      directory: projectOptions.directory, context: context, cloud: cloud
    ) { start in
      try options.imageOptions(from: start, context: context)
    }
    images = try workspace.project.images(named: selection.imageNames)
    let given = try credentials?.credentials(
      pushingTo: Self.destinations(of: images, in: workspace, given: references))
    if let given { workspace.use(given) }
    var settings = BuildSettings(epoch: try SourceDate.epoch(workspace.environment))
    settings.usesCache = !options.noCache
    settings.asksForBases = options.pull
    settings.onlyLooks = make.isDryRun || make.isQuestion
    settings.labels = try options.labels()
    settings.agents = try options.agents(
      from: FileTree.canonicalPath(projectOptions.directory ?? "."))
    settings.names =
      namesImages ? references.map { $0.reference(tag: $0.tag ?? "latest") } : []
    settings.jobs = make.jobs
    settings.keepsGoing = make.keepsGoing
    settings.alwaysMakes = make.alwaysMakes || options.noCache
    self.settings = settings
    self.make = make
    let ofOne = [
      references.isEmpty ? nil : "-t", options.source.file.map { _ in "-f" },
      context.map { _ in "a context" }, options.source.target.map { _ in "--target" },
    ].compactMap(\.self)
    if let first = ofOne.first, images.count > 1 {
      throw UsageError(
        "ambiguous-image", "\(first) is meant for one image, and the project has \(images.count)",
        help: "add the name of the image: " + images.map(\.name).joined(separator: ", "))
    }
    if !make.isQuestion {
      workspace.tellWarnings(remembers: !make.isDryRun)
    }
    // Nothing goes on before the lock is found to be true.
    if options.locked { try requireLock() }
  }

  /// The image, where one is needed.
  func single() throws -> ImageDefinition {
    guard let image = images.first, images.count == 1 else {
      throw UsageError.ambiguousImage(images)
    }
    return image
  }

  /// Where the images go; none when nothing says it.
  /// - Throws: `AWSError` when only the account says it, and AWS does not say which that is.
  private static func destinations(
    of images: [ImageDefinition], in workspace: Workspace, given: [PushDestination]
  ) throws -> [PushDestination] {
    try images.flatMap { image in
      do { return try PushTarget(workspace, image, given: given).destinations() } catch ProjectError
        .noPushDestination
      {
        return []
      }
    }
  }

  /// Builds what is out of date; with `-n` and `-q`, only looks.
  func run(_ finish: ([Result]) throws -> Void = { _ in }) throws -> CommandStatus {
    if make.isDryRun || make.isQuestion { return try look() }
    var results: [Result] = []
    try eachImage { results.append(try bring($0)) }
    try finish(results)
    return .success
  }

  /// With `-k` a failure of one image is told, and the others are still made.
  func eachImage(_ body: (ImageDefinition) throws -> Void) throws {
    var failure: (any Error)?
    for image in images {
      do { try body(image) } catch {
        if let earlier = failure { DiagnosticPrinter(terminal: workspace.terminal).print(earlier) }
        failure = error
        guard settings.keepsGoing, !Session.isInterruption(error) else { throw error }
      }
    }
    if let failure { throw failure }
  }

  /// Brings one image up to date and says what came of it.
  /// - Parameters:
  ///   - destinations: Where its layers are sent as soon as they exist.
  ///   - prepare: Called before anything is made, if anything has to be.
  func bring(
    _ image: ImageDefinition, sendingTo destinations: [ImageReference] = [],
    silently isSilent: Bool = false, first prepare: () throws -> Void = {}
  ) throws -> Result {
    let target = try ImageTarget(workspace, image, settings)
    if !settings.alwaysMakes, !settings.asksForBases,
      let output = try target.quickOutput(workspace.reading(writesNext: true))
    {
      return upToDate(target, output, isSilent)
    }
    let view = BuildProgressView(terminal: workspace.terminal)
    defer { view.end() }
    let state = try workspace.state()
    let newest = try state.history.newest(of: target.target)?.number
    var verdict = try target.closeVerdict(state, events: view.handle)
    guard case .outOfDate = verdict else { return try finish(verdict) }
    try prepare()
    let lock = try workspace.lock(target.target) {
      workspace.terminal.note("\(image.name): waiting for another runctl that builds it")
    }
    defer { _ = lock }
    // What was to be done may be done, whether or not that was waited for.
    if try state.history.newest(of: target.target)?.number != newest {
      verdict = try target.closeVerdict(state, events: view.handle)
    }
    return try finish(verdict)

    func finish(_ verdict: ImageTarget.Verdict) throws -> Result {
      switch verdict {
      case .upToDate(let output):
        upToDate(target, try target.settle(output, state), isSilent)
      case .outOfDate(let assessment):
        try build(target, assessment, state, view, destinations)
      }
    }
  }

  private func upToDate(
    _ target: ImageTarget, _ output: ImageTarget.Output, _ isSilent: Bool
  ) -> Result {
    target.noteUse()
    if !isSilent, !Session.isResumed {
      workspace.terminal.print(
        "\(target.image.name): \(good("up to date")) (\(output.manifest.short))")
    }
    return Result(
      target: target, manifest: output.manifest, wasUpToDate: true, reasons: [],
      uploads: LayerUploads())
  }

  private func build(
    _ target: ImageTarget, _ assessment: ImageTarget.Assessment, _ state: ProjectState,
    _ view: BuildProgressView, _ destinations: [ImageReference]
  ) throws -> Result {
    let start = ContinuousClock.now
    let printer = DiagnosticPrinter(terminal: workspace.terminal)
    assessment.plan.warnings.forEach(printer.print)
    for reason in assessment.reasons where !Session.isResumed {
      workspace.terminal.note("\(target.image.name): \(reason)")
    }
    view.begin(assessment.plan)
    let services = try workspace.services(
      jobs: settings.jobs, keepsGoing: settings.keepsGoing, events: view.handle)
    let uploads = LayerUploads(origins: assessment.plan.bases.map(\.key.reference))
    let built = try target.make(
      assessment, state, services: services, sendingTo: destinations, noting: uploads)
    view.end()
    let steps = "\(built.executed) of \(Quantity.count(built.executed + built.reused, "step")) done"
    workspace.terminal.print(
      "\(target.image.name): \(good("built")) \(built.manifest.digest.short) "
        + "(\(steps), \(Quantity.duration(.now - start)))")
    try StoreLimit(workspace: workspace).enforce()
    return Result(
      target: target, manifest: built.manifest.digest, wasUpToDate: false,
      reasons: assessment.reasons, uploads: uploads)
  }

  private func good(_ text: String) -> String {
    workspace.terminal.styled(text, .green, onErrors: false)
  }

  // MARK: Looking only

  /// With `-n` and `-q`, for who does something with an image.
  /// - Parameter deed: What would be done with it were it not up to date.
  /// - Returns: What runctl ends with; nil when the image is up to date, and its user decides.
  func answer(_ image: ImageDefinition, wouldBe deed: String) throws -> Int32? {
    let target = try ImageTarget(workspace, image, settings)
    guard
      case .outOfDate(let assessment) = try target.verdict(workspace.reading(), events: { _ in })
    else { return nil }
    if make.isQuestion { return CommandStatus.outOfDate.rawValue }
    workspace.terminal.print("\(image.name): would be \(deed)")
    assessment.reasons.forEach { workspace.terminal.print("  \($0)") }
    return 0
  }

  private func look() throws -> CommandStatus {
    var isOutOfDate = false
    for image in images {
      let target = try ImageTarget(workspace, image, settings)
      let verdict = try target.verdict(workspace.reading()) { _ in }
      if case .outOfDate(let assessment) = verdict {
        isOutOfDate = true
        if make.isQuestion { continue }
        workspace.terminal.print("\(image.name): would be built")
        assessment.reasons.forEach { workspace.terminal.print("  \($0)") }
      } else if let missing = try target.missingNames(), !missing.isEmpty {
        isOutOfDate = true
        if make.isQuestion { continue }
        workspace.terminal.print(
          "\(image.name): would be named " + missing.map(\.familiar).joined(separator: ", "))
      } else if !make.isQuestion {
        workspace.terminal.print("\(image.name): up to date")
      }
    }
    return make.isQuestion && isOutOfDate ? .outOfDate : .success
  }
}

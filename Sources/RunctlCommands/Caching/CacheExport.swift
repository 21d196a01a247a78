import BuildEngine
import OCI
import Processes
import Project
import State

/// Puts the newest builds of a project's images into an archive.
struct CacheExport {
  private let workspace: Workspace
  private let images: [CarriedImage]

  struct Summary: Encodable {
    let file: String
    let images: Int
    let steps: Int
    let layers: Int
    let bytes: Int64
    fileprivate let duration: Duration

    private enum CodingKeys: String, CodingKey {
      case file
      case images
      case steps
      case layers
      case bytes
    }

    func print(to terminal: Terminal) {
      let text =
        "exported \(Quantity.count(images, "image")), \(Quantity.count(steps, "step")), "
        + "\(Quantity.count(layers, "layer")): "
        + "\(Quantity.bytes(bytes)) in \(Quantity.duration(duration))"
      file == ArchiveTarget.standard ? terminal.note(text) : terminal.print(text)
    }
  }

  /// - Throws: ``CarryError/nothingBuilt(images:)`` when there is nothing to put in.
  init(_ workspace: Workspace, images names: [String]) throws {
    self.workspace = workspace
    let wanted = try workspace.project.images(named: names).map(\.name)
    let state = workspace.reading()
    let targets = try state.targets.all().filter {
      $0.kind == .image && wanted.contains($0.image)
    }
    images = try targets.compactMap { try Self.image($0, state) }
    let missing = wanted.filter { name in !images.contains { $0.name == name } }
    if images.isEmpty || !names.isEmpty && !missing.isEmpty {
      throw CarryError.nothingBuilt(images: missing)
    }
    for name in missing { workspace.terminal.note("\(name): it was never built, and is left out") }
  }

  /// What the newest build of a target has left; nil when there was none.
  private static func image(_ target: Target, _ state: ProjectState) throws -> CarriedImage? {
    guard let record = try state.targets.current(target), let manifest = Digest(record.output),
      let entry = try state.history.newest(of: target)
    else { return nil }
    return CarriedImage(
      name: target.image, manifest: manifest,
      steps: StepReport.list(try state.history.steps(of: entry)),
      bases: record.inputs.compactMap(base), sources: record.inputs.compactMap(source))
  }

  /// `ADD https://…`, as ``ImageInputs`` writes it.
  private static func source(_ input: Input) -> CarriedImage.Source? {
    guard input.name.hasPrefix("ADD ") else { return nil }
    return CarriedImage.Source(address: String(input.name.dropFirst(4)), meaning: input.value)
  }

  /// `base python:3.11` or `base python:3.11 for linux/arm64`, as ``ImageInputs`` writes it.
  private static func base(_ input: Input) -> (name: String, manifest: Digest)? {
    let words = input.name.split(separator: " ")
    guard words.count >= 2, words[0] == "base", let manifest = Digest(input.value) else {
      return nil
    }
    return (String(words[1]), manifest)
  }

  func run(to target: ArchiveTarget) throws -> Summary {
    let start = ContinuousClock.now
    let view = AmountView("exporting", terminal: workspace.terminal)
    defer { view.end() }
    let exporter = CacheExporter(try workspace.store()) { progress in
      if Interruption.shared.requested != nil { throw BuildError.interrupted }
      view.set(progress)
    }
    let report = try exporter.export(images, to: target.write)
    try target.complete()
    return Summary(
      file: target.name, images: report.images, steps: report.steps, layers: report.layers,
      bytes: report.size, duration: .now - start)
  }
}

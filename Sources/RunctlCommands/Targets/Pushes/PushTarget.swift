import BuildEngine
import OCI
import Processes
import Project
import Registry
import State

/// An image in a registry: whether it is there under its names, and sending it.
struct PushTarget {
  let workspace: Workspace
  let image: ImageDefinition
  /// From the command line.
  let given: [PushDestination]
  let target: Target

  init(_ workspace: Workspace, _ image: ImageDefinition, given: [PushDestination]) {
    self.workspace = workspace
    self.image = image
    self.given = given
    target = Target(image: image.name, kind: .push, detail: image.target ?? "")
  }

  /// Where the image goes, whatever its tags are.
  /// - Parameter asks: Whether AWS may be asked for the account that it goes to.
  func destinations(asks: Bool = true) throws -> [PushDestination] {
    try PushDestinations.of(image, given: given, in: workspace.project.configuration) {
      try workspace.cloudRegistry.derivedHost(asks: asks)
    }
  }

  /// Whether it is known that it goes anywhere.
  var hasDestinations: Bool { (try? destinations(asks: false))?.isEmpty == false }

  /// The repositories alone, for what is sent before the tags are known.
  func repositories() throws -> [ImageReference] {
    var seen: Set<ImageReference> = []
    return try destinations().map { $0.reference(tag: "latest") }
      .filter { seen.insert($0).inserted }
  }

  /// What a push of this image writes.
  func references(for manifest: Digest) throws -> [ImageReference] {
    let destinations = try destinations()
    let needsDefault = destinations.contains { $0.tag == nil }
    return PushDestinations.references(
      of: image, to: destinations,
      defaultTag: DefaultTag.tag(git: needsDefault ? try gitState() : nil, image: manifest))
  }

  private func gitState() throws -> GitState? {
    guard let commit = try GitHead.read(in: workspace.project.root.path)?.commit else {
      return nil
    }
    // Only git itself knows whether the files are those of the commit.
    let command = Command(
      [
        "git", "--no-optional-locks", "status", "--porcelain", "--", ".",
        ":(exclude).runctl",
      ], workingDirectory: workspace.project.root.path)
    guard let result = try? Subprocess.run(command), result.status.isSuccess else { return nil }
    return GitState(commit: commit, isDirty: !result.output.isEmpty)
  }

  /// A reference that has to be pushed.
  struct Missing {
    let reference: ImageReference
    let reason: String
  }

  /// The references that the registry does not have, or has for another image: one question each.
  func missing(_ references: [ImageReference], manifest: Digest) throws -> [Missing] {
    let registry = workspace.registry()
    return try references.compactMap { reference in
      let found = try registry.head(reference)?.digest
      if found == manifest { return nil }
      let words = found == nil ? "is not there" : "is another image there"
      return Missing(reference: reference, reason: "\(reference.familiar) \(words)")
    }
  }

  func record(
    _ references: [ImageReference], manifest: Digest, reasons: [String], took: Duration
  ) throws {
    let inputs = Self.inputs(manifest, references)
    try workspace.state().targets.add(
      TargetRecord(
        inputs: inputs, output: manifest.description, contents: [], reasons: reasons,
        duration: took), for: target, quick: nil)
  }

  static func inputs(_ manifest: Digest, _ references: [ImageReference]) -> [Input] {
    [Input("image", manifest.description)]
      + references.map { Input("destination \($0)", manifest.description) }
  }
}

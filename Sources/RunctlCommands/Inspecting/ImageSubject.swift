import BuildEngine
import Diagnostics
import OCI
import Project
import State
import Storage

/// An image that somebody wants to look at, and how it was named.
struct ImageSubject {
  let name: String
  let contents: ImageContents

  /// - Parameter text: An image of the project, a name in the store, or the first digits of a digest.
  init(_ text: String, in workspace: Workspace) throws {
    let manifest = try Self.manifest(text, workspace)
    name = DiagnosticPrinter.printable(text)
    contents = try ImageContents(manifest, in: workspace.store())
  }

  private static func manifest(_ text: String, _ workspace: Workspace) throws -> Digest {
    let own = workspace.project.images.first { $0.name == text }
    if let own, let built = try lastBuild(of: own, workspace) { return built }
    let store = try workspace.store()
    if let name = ImageReference(text), let found = try store.images.image(named: name) {
      return found.manifest.digest
    }
    if let found = try digest(text, store) { return found }
    guard own == nil else { throw Self.notBuilt(text) }
    throw try unknown(text, workspace)
  }

  /// What the project last built; nil before that.
  static func lastBuild(of image: ImageDefinition, _ workspace: Workspace) throws -> Digest? {
    let target = Target(image: image.name, kind: .image, detail: image.target ?? "")
    return try workspace.reading().targets.current(target).flatMap { Digest($0.output) }
  }

  static func notBuilt(_ name: String) -> UsageError {
    UsageError(
      "not-built", "image '\(name)' was not built yet", help: "run 'runctl build \(name)' first")
  }

  /// Fewer digits than this are no digest.
  private static let fewestDigits = 4

  private static func digest(_ text: String, _ store: Store) throws -> Digest? {
    let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    guard digits.count >= fewestDigits, digits.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
    else { return nil }
    let found = try store.blobs.digests(startingWith: digits).filter { digest in
      guard try store.blobs.size(of: digest).map({ $0 < largestManifest }) == true else {
        return false
      }
      let bytes = try store.blobs.read(digest)
      return (try? CanonicalJSON.decode(ImageManifest.self, from: bytes)) != nil
    }
    guard found.count <= 1 else {
      throw UsageError(
        "ambiguous-digest", "'\(text)' is the beginning of \(found.count) digests",
        help: "write more digits: " + found.sorted().map(\.short).joined(separator: ", "))
    }
    return found.first
  }

  /// As registries have it, in bytes: anything larger is no manifest.
  private static let largestManifest = 4 << 20

  private static func unknown(_ text: String, _ workspace: Workspace) throws -> UsageError {
    let names = try workspace.store().images.all().map(\.name.familiar)
    let near = Suggestion.closest(to: text, among: names + workspace.project.images.map(\.name))
    return UsageError(
      "unknown-image",
      "no image is named '\(text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      help: "'runctl images ls' lists the names; the first digits of a digest are a name, too")
  }
}

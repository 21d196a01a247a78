import BuildEngine
import Launching
import OCI
import State
import Storage

/// In what two runs differ.
struct RunDiff: Encodable {
  struct Difference: Encodable {
    let name: String
    let before: String?
    let after: String?
  }

  let before: String
  let after: String
  let differences: [Difference]
  /// nil where the images are the same, or are no more in the store.
  let image: ImageDiff?
  /// Why nothing is said of what differs in the images.
  let imageUnknown: String?

  init(_ before: RunRecord, _ after: RunRecord, in workspace: Workspace) throws {
    self.before = before.id
    self.after = after.id
    differences = RunDifference.between(before, after).map(Self.shown)
    guard let old = before.imageDigest, let new = after.imageDigest, old != new else {
      (image, imageUnknown) = (nil, nil)
      return
    }
    let subjects = try [old, new].map { try Self.subject($0, workspace) }
    if let first = subjects[0], let second = subjects[1] {
      (image, imageUnknown) = (ImageDiff(first, second), nil)
    } else {
      let gone = zip([old, new], subjects).filter { $1 == nil }.map { Self.short($0.0) }
      (image, imageUnknown) = (
        nil, "\(gone.joined(separator: ", ")) is no more in the store, so its files are not known"
      )
    }
  }

  var areEqual: Bool { differences.isEmpty }

  private static func subject(_ digest: String, _ workspace: Workspace) throws -> ImageSubject? {
    guard let manifest = Digest(digest), try workspace.store().blobs.size(of: manifest) != nil
    else { return nil }
    return try? ImageSubject(digest, in: workspace)
  }

  private static func shown(_ difference: RunDifference) -> Difference {
    let values = [difference.before, difference.after]
    // Of two secrets it is only said that they are not the same.
    let hides = values.compactMap(\.self).contains(where: Input.isHidden)
    let texts = values.map { value in
      value.map { hides ? "<secret>" : Input.shown(short($0)) }
    }
    return Difference(name: difference.name, before: texts[0], after: texts[1])
  }

  private static func short(_ value: String) -> String {
    Digest(value)?.short ?? GitCommit(value)?.short ?? value
  }

  func print(to terminal: Terminal) {
    guard !areEqual else { return terminal.print("nothing differs but when they ran") }
    terminal.print("\(before) → \(after)")
    for difference in differences {
      let values = [difference.before, difference.after].map { $0 ?? "none" }
      let text =
        values[0] == values[1] ? "changed" : values.joined(separator: " → ")
      terminal.print(
        "  "
          + DiagnosticPrinter.printable(
            "\(difference.name): \(text)".replacing("\n", with: "\\n")))
    }
    if let imageUnknown { terminal.print("  \(imageUnknown)") }
    if let image {
      terminal.print("")
      ImageDiffView(terminal: terminal, listsAll: false).print(image)
    }
  }
}

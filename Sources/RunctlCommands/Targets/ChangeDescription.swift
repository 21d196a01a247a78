import OCI
import State

/// Changes in words, a line each.
enum ChangeDescription {
  private static let shownFiles = 5

  static func lines(_ changes: [InputChange], files: [FileChange]) -> [String] {
    var lines: [String] = []
    for change in changes {
      if change.name == ImageInputs.unsteady.name {
        lines.append("files changed while it was built")
      } else if change.name == "context" {
        lines += describe(files)
      } else if !isOfRequirements(change.name) {
        lines.append(describe(change))
      }
    }
    // A Dockerfile that is copied, too, is one of the files.
    var told: Set<String> = []
    return lines.map(DiagnosticPrinter.printable).filter { told.insert($0).inserted }
  }

  /// What the list of files says, too.
  static func isOfRequirements(_ name: String) -> Bool {
    name.hasPrefix("requirements ") || name.hasPrefix(RequirementLines.prefix)
  }

  private static func describe(_ files: [FileChange]) -> [String] {
    let shown = files.prefix(shownFiles).map(\.description)
    guard files.count > shownFiles else { return shown }
    let more = Quantity.count(files.count - shownFiles, "more file")
    return shown + ["and \(more) changed"]
  }

  private static func describe(_ change: InputChange) -> String {
    switch change {
    case .added(let name, let new):
      SecretKey.standsForSecret(new) ? "\(name) is new" : "\(name) is new: \(short(new))"
    case .removed(let name, _): "\(name) is gone"
    case .changed(let name, let old, let new):
      if SecretKey.standsForSecret(new) || SecretKey.standsForSecret(old) {
        "\(name) changed"
      } else if Digest(old) != nil, !name.hasPrefix("base ") {
        "\(name) was edited"
      } else {
        "\(name) changed: \(short(old)) → \(short(new))"
      }
    }
  }

  static func short(_ value: String) -> String {
    Digest(value)?.short ?? (value.isEmpty ? "nothing" : value)
  }
}

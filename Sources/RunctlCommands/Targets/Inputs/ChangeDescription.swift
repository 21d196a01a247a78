import OCI
import State

/// Changes in words, a line each: the reasons of a build, and what `explain` says.
enum ChangeDescription {
  /// How many files are named in the reasons of a build.
  private static let shownFiles = 5

  static func lines(
    _ changes: [InputChange], files: [FileChange], shownFiles: Int = shownFiles,
    withPackages: Bool = false
  ) -> [String] {
    var lines: [String] = []
    for change in changes {
      if change.name == ImageInputs.unsteady.name {
        lines.append("files changed while it was built")
      } else if change.name == "context" {
        lines += describe(files, shownFiles)
      } else if change.name.hasPrefix(RequirementLines.prefix) {
        if withPackages { lines.append(package(change)) }
      } else if !change.name.hasPrefix("requirements ") {
        lines.append(change.description)
      }
    }
    // A Dockerfile that is copied, too, is one of the files.
    var told: Set<String> = []
    return lines.map(DiagnosticPrinter.printable).filter { told.insert($0).inserted }
  }

  private static func describe(_ files: [FileChange], _ limit: Int) -> [String] {
    let shown = files.prefix(limit).map(\.description)
    guard files.count > limit else { return shown }
    return shown + ["and \(Quantity.count(files.count - limit, "more file")) changed"]
  }

  /// `requirements.txt: numpy==1.0 → numpy==1.1`.
  private static func package(_ change: InputChange) -> String {
    let name = change.name.dropFirst(RequirementLines.prefix.count)
    let file = name.firstRange(of: ": ").map { String(name[..<$0.lowerBound]) } ?? ""
    return switch change {
    case .added(_, let new): "\(file): \(new) is new"
    case .removed(_, let old): "\(file): \(old) is gone"
    case .changed(_, let old, let new): "\(file): \(old) → \(new)"
    }
  }
}

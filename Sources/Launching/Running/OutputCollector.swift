import FileSystem
import OCI

/// Brings the outputs that are files back to the project when the program has ended, however it
/// ended.
struct OutputCollector {
  let tree: WrittenTree
  /// Where an output is kept that cannot be put in its place.
  let refuge: String

  private(set) var broughtBack: [String] = []
  private(set) var problems: [LaunchError] = []

  init(tree: WrittenTree, refuge: String) {
    self.tree = tree
    self.refuge = refuge
  }

  mutating func collect(_ outputs: [RunOutput]) {
    for output in outputs where output.form == .file {
      guard let source = source(of: output) else { continue }
      bringBack(output, from: source)
    }
  }

  /// Where the program wrote it: links are followed inside the image only.
  private mutating func source(of output: RunOutput) -> String? {
    var problem: LaunchError?
    for place in output.places {
      guard let found = try? tree.resolve(place) else { continue }
      if let entry = found.entry, entry.kind == .file || entry.kind == .directory,
        tree.written(found.path) != nil
      {
        return tree.upper + found.path.description
      }
      if found.path != place, tree.written(place)?.kind == .symlink {
        problem =
          problem
          ?? .outputNotCopied(
            path: output.path,
            reason: "it is a link to '\(found.path)', which this run did not write", kept: nil)
      }
    }
    if let problem { problems.append(problem) }
    return nil
  }

  private mutating func bringBack(_ output: RunOutput, from source: String) {
    do throws(FileError) {
      try FileCopy.copy(source, to: Self.leadsTo(output.destination))
      broughtBack.append(output.path)
    } catch {
      let kept = "\(refuge)/\(output.path)"
      let isKept = (try? FileCopy.copy(source, to: kept)) != nil
      problems.append(
        .outputNotCopied(
          path: output.path, reason: error.reason.lowercased(), kept: isKept ? kept : nil))
    }
  }

  /// A link of the project's stays, and what it leads to is replaced.
  static func leadsTo(_ destination: String) -> String {
    (try? FileTree.canonicalPath(destination)) ?? destination
  }
}

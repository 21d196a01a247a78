package import Project
package import State

/// What a run can go on from.
package struct Checkpoint: Sendable, Hashable {
  /// Stands for the checkpoint's path in a script's arguments.
  package static let placeholder = "{checkpoint}"
  /// The variable that tells a script of it.
  private static let variable = "RUNCTL_RESUME_FROM"

  /// In the folder of checkpoints.
  package let name: String
  /// As the run sees it.
  package let place: String

  /// What the script is told.
  package var assignment: Assignment { Assignment(name: Self.variable, value: place) }
  /// What is recorded of a run that goes on from it.
  package var fact: Input { Input("resumed", name) }

  /// To be done with the words as they are typed: what makes a line for a shell of them quotes the
  /// name, too.
  ///
  /// - Parameter checkpoint: nil when there is none: what only names one is then left out, with the
  ///   option before it.
  package static func filledIn(_ words: [String], _ checkpoint: Checkpoint?) -> [String] {
    guard let checkpoint else {
      var kept: [String] = []
      for word in words {
        guard word.contains(placeholder) else {
          kept.append(word)
          continue
        }
        if word == placeholder, let last = kept.last, last.hasPrefix("-"), !last.contains("=") {
          kept.removeLast()
        }
      }
      return kept
    }
    return words.map { word in
      var parts: [Substring] = []
      var rest = word[...]
      while let range = rest.firstRange(of: placeholder) {
        parts.append(rest[..<range.lowerBound])
        rest = rest[range.upperBound...]
      }
      return (parts + [rest]).joined(separator: checkpoint.place)
    }
  }
}

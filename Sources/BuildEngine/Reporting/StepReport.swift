package import BuildPlan
package import OCI

/// What came of a step in one build, or would come of it, as it is kept for later questions.
package struct StepReport: Sendable, Codable, Equatable {
  package enum Outcome: String, Sendable, Codable {
    /// Its result was there.
    case reused
    case executed
    /// Nobody knows before what it builds on is there: it may be executed, or reused.
    case possible
  }

  package let position: StepPosition
  package let instruction: String
  package let outcome: Outcome
  /// How long the step took, or took when its result was made; nil when nobody knows.
  package let milliseconds: Int64?
  /// Why it was executed, or was reused although something in front of it changed.
  package let reasons: [String]
  /// Stands for all that went into the step, in hexadecimal; nil when that is not known.
  package let key: String?
  /// Stands for what a COPY from the context does, whatever the files are.
  package let operation: String?
  /// The places in the list of the steps that it comes after.
  package let needs: [Int]
  /// Whether its result is the same whatever those steps leave.
  package let isIndependent: Bool
  /// What it takes from the context, as it is written.
  package let sources: [String]

  package var duration: Duration? { milliseconds.map { .milliseconds($0) } }

  /// - Returns: Nothing for what an older runctl wrote, or none.
  package static func list(_ bytes: [UInt8]) -> [StepReport] {
    (try? CanonicalJSON.decode([StepReport].self, from: bytes)) ?? []
  }

  /// When nothing has changed since.
  package var asReused: StepReport {
    StepReport(
      position: position, instruction: instruction, outcome: .reused, milliseconds: milliseconds,
      reasons: [], key: key, operation: operation, needs: needs, isIndependent: isIndependent,
      sources: sources)
  }

  /// `[builder 2/3] RUN make`.
  package var label: String { "\(position) \(instruction)" }
}

/// What the steps of a build are compared with.
package struct EarlierBuild: Sendable {
  /// Of the same target; empty when there was none.
  package let steps: [StepReport]
  /// The files of the context that have changed since.
  package let changedFiles: [TreePath]

  package static let none = EarlierBuild(steps: [], changedFiles: [])

  package init(steps: [StepReport], changedFiles: [TreePath]) {
    self.steps = steps
    self.changedFiles = changedFiles
  }
}

extension Step {
  /// The steps whose results go into its key: what is copied from the context is the same whatever
  /// lies below.
  var inputs: [ID] {
    switch operation {
    case .base, .makeDirectory: return []
    case .copy(let copy) where copy.source == .context: return []
    case .copy, .run: return dependencies
    }
  }

  /// Whether it takes anything from elsewhere.
  var hasRemotes: Bool {
    if case .copy(let copy) = operation { !copy.remotes.isEmpty } else { false }
  }

  /// What it takes from the context, as it is written.
  var contextSources: [String] {
    switch operation {
    case .copy(let copy) where copy.source == .context: copy.patterns.map(\.text)
    case .run(let run):
      run.contextMounts.map { $0.source.isRoot ? "." : String($0.source.description.dropFirst()) }
    default: []
    }
  }

  /// Whether it would take a file of the context, by its name alone.
  func takes(_ path: TreePath) -> Bool {
    switch operation {
    case .copy(let copy) where copy.source == .context:
      copy.patterns.contains { SourcePattern($0.text)?.covers(path) == true }
    case .run(let run): run.contextMounts.contains { path.relative(to: $0.source) != nil }
    default: false
    }
  }
}

import BuildEngine
import BuildPlan
import Launching
import OCI
import State

/// Why a target is as it is: what it was made from, old and new, and what came of each step.
struct Explanation: Encodable {
  enum State: String, Encodable {
    case upToDate = "up to date"
    case outOfDate = "out of date"
    case neverMade = "never made"
    /// It has to be made whatever its inputs are.
    case always = "always made"
    /// Nobody can tell without the command itself.
    case unknown = "not known"
    /// As it was pushed; what the registry has now was not asked.
    case pushed
    /// Of a making in the past.
    case made
    /// Of a run in the past that made no target.
    case ran
  }

  struct Change: Encodable {
    let input: String
    /// nil when it was not there.
    let old: String?
    /// nil when it is gone.
    let new: String?
  }

  struct File: Encodable {
    let path: String
    let change: String
  }

  /// The making in front of this one that led to it.
  struct Cause: Encodable {
    let entry: Int64
    let target: String
    let reasons: [String]
  }

  let target: String
  let state: State
  /// The entry of the history that is explained, or that the present is compared with.
  let entry: Int64?
  /// When that was.
  let made: String?
  let output: String?
  let reasons: [String]
  let changes: [Change]
  let files: [File]
  /// The names of inputs that are as they were.
  let unchanged: [String]
  /// Of a push or a run: how its image came about, when it is another one than before.
  private(set) var cause: Cause?
  /// What came of each step, or would.
  var steps: [StepReport] = []
  /// What edits would cost.
  var costs: [EditCost] = []
  /// What a person reads, without the steps.
  let lines: [String]

  private enum CodingKeys: String, CodingKey {
    case target, state, entry, made, output, reasons, changes, files, unchanged, cause, steps, costs
  }

  /// - Parameters:
  ///   - old: What it was made from before; with nothing, everything would be new, and that says
  ///     nothing.
  ///   - others: Reasons that are not in the changes.
  init(
    _ target: String, _ state: State, entry: HistoryEntry?, reasons: [String],
    old: [Input] = [], new: [Input] = [], files: [FileChange] = []
  ) {
    self.target = DiagnosticPrinter.printable(target)
    self.state = state
    self.entry = entry?.number
    made = entry.map { Timestamp.rfc3339($0.made) }
    output = entry?.output
    self.reasons = reasons.map(DiagnosticPrinter.printable)
    let (old, new) = (RunInputs.compared(old), RunInputs.compared(new))
    let differences = old.isEmpty ? [] : Self.differences(old, new)
    changes = differences.map(Change.init)
    let changed = Set(differences.map(\.name))
    unchanged = old.isEmpty ? [] : new.map(\.name).filter { !changed.contains($0) }
    self.files = files.map {
      File(path: String(decoding: $0.path.bytes, as: UTF8.self), change: $0.kind.rawValue)
    }
    // What a build tells in short is told here at length.
    let short = Set(ChangeDescription.lines(differences, files: files))
    lines =
      ChangeDescription.lines(
        differences, files: files, shownFiles: Self.shownFiles, withPackages: true)
      + self.reasons.filter { !short.contains($0) }
  }

  /// Follows the chain one link back.
  /// - Parameters:
  ///   - image: The name of the image that was pushed or run.
  ///   - number: Of the entry that is explained.
  func withCause(
    from history: HistoryRecords, image: String, before number: Int64 = .max
  ) throws -> Explanation {
    guard let manifest = changes.first(where: { $0.input == "image" })?.new,
      let entry = try history.making(of: manifest, image: image, before: number)
    else { return self }
    var found = self
    found.cause = Cause(
      entry: entry.number, target: entry.target.description,
      reasons: entry.reasons.map(DiagnosticPrinter.printable))
    return found
  }

  private static let shownFiles = 50

  /// A record that an older runctl made does not know the lines of requirements: they are not new.
  private static func differences(_ old: [Input], _ new: [Input]) -> [InputChange] {
    let isLine = { (input: Input) in input.name.hasPrefix(RequirementLines.prefix) }
    let differences = InputChange.between(old, new).filter { !SecretInputs.isOfMissing($0) }
    guard old.contains(where: isLine) != new.contains(where: isLine) else { return differences }
    return differences.filter { !$0.name.hasPrefix(RequirementLines.prefix) }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(target, forKey: .target)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(entry, forKey: .entry)
    try container.encodeIfPresent(made, forKey: .made)
    try container.encodeIfPresent(output, forKey: .output)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(changes, forKey: .changes)
    try container.encode(files, forKey: .files)
    try container.encode(unchanged, forKey: .unchanged)
    try container.encodeIfPresent(cause, forKey: .cause)
    try container.encode(steps.map(StepLine.init), forKey: .steps)
    try container.encode(costs, forKey: .costs)
  }
}

extension Explanation.Change {
  fileprivate init(_ change: InputChange) {
    switch change {
    case .added(let name, let new): self.init(input: name, old: nil, new: Self.shown(new))
    case .removed(let name, let old): self.init(input: name, old: Self.shown(old), new: nil)
    case .changed(let name, let old, let new):
      self.init(input: name, old: Self.shown(old), new: Self.shown(new))
    }
  }

  /// Of a secret, only that there is one.
  private static func shown(_ value: String) -> String {
    Input.isHidden(value) ? "secret" : Input.shown(value)
  }
}

/// A step as scripts read it.
private struct StepLine: Encodable {
  let stage: String?
  let number: Int
  let instruction: String
  let outcome: StepReport.Outcome
  let seconds: Double?
  let reasons: [String]

  init(_ report: StepReport) {
    stage = report.position.stage
    number = report.position.number
    instruction = report.instruction
    outcome = report.outcome
    seconds = report.duration.map { $0 / .seconds(1) }
    reasons = report.reasons
  }
}

import BuildEngine
import Launching
import OCI
import State

/// Why a target is as it is: what it was made from, old and new.
struct Explanation: Encodable {
  enum State: String, Encodable {
    case upToDate = "up to date"
    case outOfDate = "out of date"
    case neverMade = "never made"
    /// Of a run: no more is known without looking at its inputs.
    case imageUpToDate = "image up to date"
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
    /// The change in words.
    fileprivate let sentence: String

    private enum CodingKeys: String, CodingKey { case path, change }
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
  /// Reasons that are not in the changes: a flag, an image that is gone.
  private let others: [String]

  private enum CodingKeys: String, CodingKey {
    case target, state, entry, made, output, reasons, changes, files, unchanged
  }

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
    // Without a time before, everything would be new: that says nothing.
    let (old, new) = (RunInputs.withoutOutputs(old), RunInputs.withoutOutputs(new))
    let differences = old.isEmpty ? [] : Self.differences(old, new)
    let told = Set(ChangeDescription.lines(differences, files: files))
    others =
      differences.isEmpty ? self.reasons : self.reasons.filter { !told.contains($0) }
    changes = differences.map(Self.change)
    let changed = Set(differences.map(\.name))
    unchanged = old.isEmpty ? [] : new.map(\.name).filter { !changed.contains($0) }
    self.files = files.map {
      File(
        path: String(decoding: $0.path.bytes, as: UTF8.self), change: $0.kind.rawValue,
        sentence: $0.description)
    }
  }

  /// A record that an older runctl made does not know the lines of requirements: they are not new.
  private static func differences(_ old: [Input], _ new: [Input]) -> [InputChange] {
    let isLine = { (input: Input) in input.name.hasPrefix(RequirementLines.prefix) }
    let differences = InputChange.between(old, new)
    guard old.contains(where: isLine) != new.contains(where: isLine) else { return differences }
    return differences.filter { !$0.name.hasPrefix(RequirementLines.prefix) }
  }

  private static func change(_ change: InputChange) -> Change {
    switch change {
    case .added(let name, let new): Change(input: name, old: nil, new: shown(new))
    case .removed(let name, let old): Change(input: name, old: shown(old), new: nil)
    case .changed(let name, let old, let new):
      Change(input: name, old: shown(old), new: shown(new))
    }
  }

  /// Of a secret, only that there is one.
  private static func shown(_ value: String) -> String {
    SecretKey.standsForSecret(value) ? secret : value
  }

  private static let secret = "secret"
}

extension Explanation {
  private static let shownFiles = 50

  func print(to terminal: Terminal) {
    let style: Terminal.Style = [.outOfDate, .neverMade].contains(state) ? .yellow : .green
    let compared = entry.map { state == .made ? " as #\($0)" : " since #\($0)" } ?? ""
    let when = made.map { ", \($0)" } ?? ""
    terminal.print(
      "\(target)  " + terminal.styled(state.rawValue, style, onErrors: false) + compared + when)
    var isSaid: Set<String> = []
    for line in changedLines where isSaid.insert(line).inserted {
      terminal.print("  \(DiagnosticPrinter.printable(line))")
    }
    for reason in others where isSaid.insert(reason).inserted { terminal.print("  \(reason)") }
    if !unchangedNames.isEmpty {
      terminal.print(
        terminal.styled(
          "  unchanged: \(DiagnosticPrinter.printable(unchangedNames.joined(separator: ", ")))",
          .dim, onErrors: false))
    }
  }

  /// Files stand for their lines.
  private var unchangedNames: [String] {
    unchanged.filter { !$0.hasPrefix(RequirementLines.prefix) }
  }

  private var changedLines: [String] {
    var lines = changes.compactMap(Self.sentence)
    lines += files.prefix(Self.shownFiles).map(\.sentence)
    if files.count > Self.shownFiles {
      lines.append(
        "and \(Quantity.count(files.count - Self.shownFiles, "more file")): see --json")
    }
    return lines
  }

  /// nil for what the list of files says better.
  private static func sentence(_ change: Change) -> String? {
    if change.input == ImageInputs.unsteady.name { return "files changed while it was built" }
    let prefix = RequirementLines.prefix
    let isLine = change.input.hasPrefix(prefix)
    if change.input == "context" { return nil }
    if ChangeDescription.isOfRequirements(change.input), !isLine { return nil }
    let name = isLine ? String(change.input.dropFirst(prefix.count)) : change.input
    return switch (change.old, change.new) {
    case (secret?, secret?): "\(name): changed"
    case (let old?, let new?):
      "\(name): \(ChangeDescription.short(old)) → \(ChangeDescription.short(new))"
    case (nil, let new?): "\(name): new, \(ChangeDescription.short(new))"
    default: "\(name): gone"
    }
  }
}

import BuildEngine
import LayerArchive
import OCI
import Processes
import Storage

/// What came of reading the whole store, for people and for scripts.
struct CacheExamination: Encodable {
  struct Finding: Encodable {
    struct Difference: Encodable {
      let path: String
      let what: SnapshotDifference.Aspect
    }

    let kind: StoreDamage.Kind
    let name: String
    let problem: String
    /// In an unpacked layer.
    let differences: [Difference]
    let images: [String]
    let steps: [String]
    let dropped: Bool
  }

  struct Totals: Encodable {
    let blobs: Int
    let layers: Int
    let snapshots: Int
    let unknownSnapshots: Int
    let bytesRead: Int64
    let milliseconds: Int64
  }

  let findings: [Finding]
  let totals: Totals
  private let duration: Duration

  private enum CodingKeys: String, CodingKey {
    case findings
    case totals
  }

  var isRight: Bool { findings.isEmpty }

  init(_ store: Store, drops: Bool, _ view: AmountView) throws {
    let start = ContinuousClock.now
    let examiner = StoreExaminer(
      store, drops: drops, interruption: .shared, progress: view.set)
    let report = try examiner.run()
    duration = .now - start
    findings = report.damages.map { damage in
      Finding(
        kind: damage.kind, name: damage.name, problem: damage.problem,
        differences: damage.differences.map { .init(path: $0.path.description, what: $0.aspect) },
        images: damage.images, steps: damage.steps, dropped: damage.isDropped)
    }
    totals = Totals(
      blobs: report.blobs, layers: report.layers, snapshots: report.snapshots,
      unknownSnapshots: report.unknownSnapshots, bytesRead: report.bytesRead,
      milliseconds: Int64(duration / .milliseconds(1)))
  }

  func print(to terminal: Terminal) {
    for finding in findings { print(finding, to: terminal) }
    let read =
      "\(Quantity.count(totals.blobs, "blob")), \(Quantity.count(totals.layers, "layer")), "
      + "\(Quantity.count(totals.snapshots, "unpacked layer")): "
      + "\(Quantity.bytes(totals.bytesRead)) in \(Quantity.duration(duration))"
    if totals.unknownSnapshots > 0 {
      terminal.note(
        "\(Quantity.count(totals.unknownSnapshots, "unpacked layer")) not looked into: "
          + "no image or step leads there")
    }
    guard !isRight else { return terminal.print("everything is right (\(read))") }
    let dropped = findings.count(where: \.dropped)
    terminal.print(
      "\(Quantity.count(findings.count, "finding")), \(dropped) dropped (\(read))")
    terminal.note(advice)
  }

  /// What to do next.
  private var advice: String {
    if findings.contains(where: \.dropped) {
      return "what was dropped is made or fetched anew when it is needed: run the build again"
    }
    if findings.allSatisfy({ $0.kind == .image }) {
      return "build or import these images again, or take their names away (runctl images rm)"
    }
    return "'runctl cache verify' without -n drops what is damaged"
  }

  /// More are in the JSON.
  private static let shownDifferences = 5

  private func print(_ finding: Finding, to terminal: Terminal) {
    let mark = terminal.styled("damaged", .red, onErrors: false)
    let fate = finding.dropped ? "dropped" : "kept"
    let problem = DiagnosticPrinter.printable(finding.problem)
    terminal.print("\(mark) \(finding.kind.rawValue) \(finding.name): \(problem) (\(fate))")
    for difference in finding.differences.prefix(Self.shownDifferences) {
      terminal.print(
        "  \(difference.what.rawValue): \(DiagnosticPrinter.printable(difference.path))")
    }
    let more = finding.differences.count - Self.shownDifferences
    if more > 0 { terminal.print("  and \(more) more") }
    if !finding.images.isEmpty {
      terminal.print("  of \(finding.images.joined(separator: ", "))")
    }
    for step in finding.steps.prefix(Self.shownDifferences) {
      terminal.print("  made by \(DiagnosticPrinter.printable(step))")
    }
  }
}

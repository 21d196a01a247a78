import BuildEngine
import OCI
import Processes
import Storage

/// Takes a cache out of an archive.
struct CacheImport {
  private let store: Store
  private let source: ArchiveSource
  private let replacesNames: Bool
  private let terminal: Terminal

  struct Summary: Encodable {
    struct Name: Encodable {
      let name: String
      let digest: String
      let outcome: ImportReport.Outcome
    }

    let names: [Name]
    /// That were not here before, as the layers.
    let steps: Int
    let layers: Int
    fileprivate let duration: Duration

    private enum CodingKeys: String, CodingKey {
      case names
      case steps
      case layers
    }

    func print(to terminal: Terminal) {
      for name in names {
        let digest = name.digest.dropFirst(7).prefix(12)
        switch name.outcome {
        case .added, .replaced: terminal.print("\(name.outcome.rawValue) \(name.name) \(digest)")
        case .same: break
        case .kept:
          terminal.note(
            "\(name.name) means another image here and is kept (--replace-names takes it)")
        }
      }
      terminal.print(
        "imported \(Quantity.count(steps, "step")) and \(Quantity.count(layers, "layer")) "
          + "that were not here (\(Quantity.duration(duration)))")
    }
  }

  init(_ store: Store, _ source: ArchiveSource, replacesNames: Bool, _ terminal: Terminal) {
    self.store = store
    self.source = source
    self.replacesNames = replacesNames
    self.terminal = terminal
  }

  func run() throws -> Summary {
    let start = ContinuousClock.now
    let view = AmountView("importing", terminal: terminal)
    defer { view.end() }
    let importer = CacheImporter(
      store, replacesNames: replacesNames, interruption: .shared, progress: view.set)
    let report = try importer.run(size: source.size, source.read)
    return Summary(
      names: report.names.map {
        .init(name: $0.name, digest: $0.manifest.description, outcome: $0.outcome)
      }, steps: report.steps, layers: report.layers, duration: .now - start)
  }
}

import BuildEngine
import BuildPlan
import Glibc
import OCI
import Storage

/// All that is known of a step's result.
struct StepDetail: Encodable {
  struct Input: Encodable {
    let name: String
    let value: String
  }

  struct Layer: Encodable {
    let diffID: String
    /// Of the compressed blob; nil when it is gone.
    let blob: String?
    let bytes: Int64?
    /// Whether it is unpacked under its own name.
    let isUnpacked: Bool
  }

  struct File: Encodable {
    let path: String
    let kind: String
    let mode: String
    let bytes: Int64
  }

  let key: String
  let instruction: String
  let inputs: [Input]
  let layers: [Layer]
  /// `PROJECT IMAGE` of the newest builds that use it.
  let builds: [Build]
  let milliseconds: Int64
  let created: String
  let lastUsed: String
  let hits: Int64
  let files: [File]
  let fileCount: Int

  struct Build: Encodable {
    let project: String
    let image: String
    let stage: String
  }

  /// - Parameter limit: How many files are kept; nil keeps all.
  init(_ entry: StepEntry, in store: Store, fileLimit limit: Int?) throws {
    key = entry.key.hex
    instruction = StepList.shown(entry.instruction)
    let record = try store.steps.record(for: entry.key)
    let parts = (try? CanonicalJSON.decode([[String]].self, from: record?.inputs ?? [])) ?? []
    inputs = Self.inputs(parts)
    layers = try entry.diffIDs.map { diffID in
      let layer = try store.layers.layer(diffID)
      return Layer(
        diffID: diffID.description, blob: layer?.descriptor.digest.description,
        bytes: layer?.descriptor.size, isUnpacked: try store.snapshots.contains(diffID))
    }
    let using = try StepUsers(store.steps.all(), store.builds.all()).builds(of: entry)
    builds = using.map(\.owner).map {
      Build(project: $0.project, image: $0.image, stage: $0.stage)
    }
    milliseconds = Int64(entry.duration / .milliseconds(1))
    created = Timestamp.rfc3339(entry.created)
    lastUsed = Timestamp.rfc3339(using.map(\.lastUsed).reduce(entry.lastUsed, max))
    hits = entry.hits
    let all = try entry.diffIDs.compactMap { try store.layers.index(of: $0) }.flatMap(\.entries)
    fileCount = all.count
    files = all.prefix(limit ?? all.count).map { entry in
      File(
        path: entry.path.description, kind: "\(entry.kind)",
        mode: String(entry.permissions, radix: 8), bytes: entry.size)
    }
  }

  /// In front of the values of each of these, their number is listed.
  private static let lists: Set<String> = ["argument", "environment", "exclude", "pattern"]

  private static func inputs(_ parts: [[String]]) -> [Input] {
    var begun: Set<String> = []
    return parts.filter { part in
      part.count == 2 && !part[1].isEmpty
        && !(lists.contains(part[0]) && begun.insert(part[0]).inserted)
    }.map {
      // An older runctl kept addresses with their passwords.
      Input(name: $0[0], value: StepKeyListing.shown($0[1]))
    }
  }

  func print(to terminal: Terminal) {
    var lines = [
      ("key", key), ("instruction", instruction),
      ("took", Quantity.duration(.milliseconds(milliseconds))), ("created", created),
      ("last used", "\(lastUsed), \(Quantity.count(Int(hits), "hit"))"),
    ]
    lines += builds.map { build in
      (
        "used by",
        "\(build.image)\(build.stage.isEmpty ? "" : " (\(build.stage))") in \(build.project)"
      )
    }
    if builds.isEmpty { lines.append(("used by", "no image's newest build")) }
    if layers.isEmpty { lines.append(("layers", "none: it changed nothing")) }
    for layer in layers {
      let size = layer.bytes.map(Quantity.bytes) ?? "gone"
      lines.append(
        ("layer", "\(layer.diffID), \(size)\(layer.isUnpacked ? ", unpacked" : "")"))
      if let blob = layer.blob { lines.append(("", "stored as \(blob)")) }
    }
    for (name, value) in lines { write(name, value, to: terminal) }
    for (index, input) in inputs.enumerated() {
      write(index == 0 ? "inputs" : "", "\(input.name) = \(input.value)", to: terminal)
    }
    printFiles(to: terminal)
  }

  private func write(_ name: String, _ value: String, to terminal: Terminal) {
    let label = name.padding(to: 12)
    terminal.print(
      terminal.styled(label, .bold, onErrors: false) + DiagnosticPrinter.printable(value))
  }

  private func printFiles(to terminal: Terminal) {
    guard fileCount > 0 else { return }
    terminal.print("")
    var table = Table("MODE", "SIZE", "FILE")
    for file in files {
      let mark = file.kind == "directory" && file.path != "/" ? "/" : ""
      table.add(
        file.mode, file.kind == "file" ? Quantity.bytes(file.bytes) : "",
        DiagnosticPrinter.printable(file.path) + mark)
    }
    table.print(to: terminal)
    if files.count < fileCount {
      terminal.print("and \(fileCount - files.count) more ('--files' lists all)")
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}

import BuildEngine
import Diagnostics
import Glibc
import OCI
import Storage

/// The results of steps, for people and for scripts.
struct StepList: Encodable {
  struct Row: Encodable {
    let key: String
    let instruction: String
    /// Of the newest builds that use it.
    let images: [String]
    let projects: [String]
    /// Of the compressed layers.
    let bytes: Int64
    let milliseconds: Int64
    let created: String
    let lastUsed: String
    let hits: Int64
    fileprivate let createdAt: Int64
    fileprivate let usedAt: Int64

    private enum CodingKeys: String, CodingKey {
      case key, instruction, images, projects, bytes, milliseconds, created, lastUsed, hits
    }
  }

  private(set) var steps: [Row]

  init(_ store: Store) throws {
    let sizes = Dictionary(
      try store.layers.all().map { ($0.diffID, $0.descriptor.size) }, uniquingKeysWith: { $1 })
    let all = try store.steps.all()
    let users = try StepUsers(all, store.builds.all())
    steps = all.map { step in
      let builds = users.builds(of: step)
      let usedAt = builds.map(\.lastUsed).reduce(step.lastUsed, max)
      return Row(
        key: step.key.hex, instruction: Self.shown(step.instruction),
        images: Set(builds.map(\.owner.image)).sorted(),
        projects: Set(builds.map(\.owner.project)).sorted(),
        bytes: step.diffIDs.reduce(0) { $0 + (sizes[$1] ?? 0) },
        milliseconds: Int64(step.duration / .milliseconds(1)),
        created: Timestamp.rfc3339(step.created), lastUsed: Timestamp.rfc3339(usedAt),
        hits: step.hits, createdAt: step.created, usedAt: usedAt)
    }
  }

  /// On one line, and without the password of an address.
  static func shown(_ instruction: String) -> String {
    SecretAddress.masked(instruction.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  // MARK: Choosing

  /// What rows must be like; what is not given does not count.
  struct Filter {
    var image: String?
    /// A folder's path, or its name.
    var project: String?
    var instruction: String?
    var age: Duration?
    var isUnused = false
  }

  mutating func keep(_ filter: Filter) {
    let now = Int64(time(nil))
    steps.removeAll { row in
      if let image = filter.image, !row.images.contains(image) { return true }
      if let project = filter.project,
        !row.projects.contains(where: { $0 == project || $0.hasSuffix("/" + project) })
      {
        return true
      }
      if let text = filter.instruction?.lowercased(),
        !row.instruction.lowercased().contains(text)
      {
        return true
      }
      if let age = filter.age, .seconds(now - row.usedAt) < age { return true }
      return filter.isUnused && !row.images.isEmpty
    }
  }

  enum Order: String, CaseIterable {
    case used, created, size, time, hits, instruction
  }

  /// What there is most of comes first, be it time, bytes or uses.
  mutating func sort(by order: Order, limit: Int?) {
    steps.sort { a, b in
      switch order {
      case .used: (b.usedAt, a.key) < (a.usedAt, b.key)
      case .created: (b.createdAt, a.key) < (a.createdAt, b.key)
      case .size: (b.bytes, a.key) < (a.bytes, b.key)
      case .time: (b.milliseconds, a.key) < (a.milliseconds, b.key)
      case .hits: (b.hits, a.key) < (a.hits, b.key)
      case .instruction: (a.instruction, a.key) < (b.instruction, b.key)
      }
    }
    if let limit { steps = Array(steps.prefix(limit)) }
  }

  // MARK: Showing

  func print(to terminal: Terminal) {
    if steps.isEmpty { return terminal.print("no step's result is like that") }
    let now = Int64(time(nil))
    var table = Table("KEY", "IMAGE", "SIZE", "TOOK", "CREATED", "USED", "HITS", "INSTRUCTION")
    for row in steps {
      table.add(
        String(row.key.prefix(12)),
        row.images.isEmpty ? "-" : DiagnosticPrinter.printable(row.images.joined(separator: ",")),
        Quantity.bytes(row.bytes), Quantity.duration(.milliseconds(row.milliseconds)),
        Quantity.age(row.createdAt, at: now), Quantity.age(row.usedAt, at: now), String(row.hits),
        Self.short(row.instruction))
    }
    table.print(to: terminal)
  }

  private static func short(_ text: String) -> String {
    let text = DiagnosticPrinter.printable(text)
    return text.count > 60 ? text.prefix(59) + "…" : text
  }
}

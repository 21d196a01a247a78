import OCI
import Project

/// What `runctl lock` has found or done, for people and scripts.
struct LockReport: Encodable {
  struct Entry: Encodable {
    let kind: String
    let name: String
    let platform: String?
    let ref: String?
    let state: LockRow.State
    let pinned: String?
    let locked: String?
    let now: String?
    let since: String?
    let reason: String?
  }

  let path: String
  /// Whether the lock is what the Dockerfiles and the world say.
  let isTrue: Bool
  let entries: [Entry]
  private let rows: [LockRow]

  init(_ rows: [LockRow], path: String) {
    self.rows = rows
    self.path = path
    isTrue = !rows.contains(where: \.isDrift)
    entries = rows.map(Entry.init)
  }

  private enum CodingKeys: String, CodingKey {
    case path, isTrue, entries
  }

  func print(to terminal: Terminal) {
    guard !rows.isEmpty else {
      terminal.print("no Dockerfile of this project names anything that could change")
      return
    }
    var table = Table("NAME", "PLATFORM", "STATE", "PINNED", "NOW", "LOCKED")
    for (row, entry) in zip(rows, entries) {
      let isNews = row.now.map { row.pin?.meaning.isSame(as: $0) != true } ?? false
      table.add(
        DiagnosticPrinter.printable(row.name.familiar), entry.platform ?? "", row.state.rawValue,
        row.pin?.meaning.short ?? "", isNews ? row.now?.short ?? "" : "", entry.locked ?? "")
    }
    table.print(to: terminal)
    terminal.print("\(LockFile.fileName): \(summary)")
  }

  /// `2 kept, 1 added`.
  private var summary: String {
    var counts: [(state: String, count: Int)] = []
    for row in rows {
      if let known = counts.firstIndex(where: { $0.state == row.state.rawValue }) {
        counts[known].count += 1
      } else {
        counts.append((row.state.rawValue, 1))
      }
    }
    return counts.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
  }
}

extension LockReport.Entry {
  fileprivate init(_ row: LockRow) {
    var (platform, ref): (String?, String?) = (nil, nil)
    switch row.name {
    case .base(let reference, let own):
      (kind, name, platform) = ("base", reference.description, own.description)
    case .download(let url): (kind, name) = ("add", url)
    case .repository(let url, let named): (kind, name, ref) = ("git", url, named)
    }
    (self.platform, self.ref) = (platform, ref)
    state = row.state
    pinned = row.pin?.meaning.description
    locked = row.pin?.locked
    now = row.now?.description
    since = row.since
    reason = row.reason
  }
}

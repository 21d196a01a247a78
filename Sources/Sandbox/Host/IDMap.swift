import FileSystem
import Processes

/// Which ids outside stand for those inside: the caller's own for 0, its subordinate ones after it.
///
/// Source: subuid(5), newuidmap(1).
struct IDMap: Equatable {
  let toolPath: String
  /// Triples of inside, outside, count.
  let ranges: [[UInt32]]

  init(
    tool: String, file: String, ownID: UInt32, owner: UserNamespace.Owner
  ) throws(SandboxError) {
    guard let path = try? ExecutableSearch.find(tool) else {
      throw .userNamespacesForbidden(
        setting: "the program '\(tool)' is missing", remedy: "install it (apt-get install uidmap)")
    }
    let text = (try? FileTree.readIfPresent(file)) ?? []
    let subordinate = Self.ranges(in: String(decoding: text, as: UTF8.self), of: owner)
    guard !subordinate.isEmpty else {
      throw .subordinateIDsMissing(user: owner.name, file: file)
    }
    toolPath = path
    ranges = Self.map(ownID: ownID, subordinate: subordinate)
  }

  /// Lines of `owner:start:count`.
  static func ranges(
    in text: String, of owner: UserNamespace.Owner
  ) -> [(start: UInt32, count: UInt32)] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 3, fields[0] == owner.name || fields[0] == owner.id,
        let start = UInt32(fields[1]), let count = UInt32(fields[2]), count > 0
      else { return nil }
      return (start, count)
    }
  }

  static func map(
    ownID: UInt32, subordinate: [(start: UInt32, count: UInt32)]
  ) -> [[UInt32]] {
    var next: UInt32 = 1
    var ranges = [[0, ownID, 1]]
    for (start, count) in subordinate {
      let (end, overflow) = next.addingReportingOverflow(count)
      if overflow { break }
      ranges.append([next, start, count])
      next = end
    }
    return ranges
  }

  func arguments(for process: Int32) -> [String] {
    [toolPath, String(process)] + ranges.flatMap { $0.map { String($0) } }
  }
}

import Diagnostics
import Project

/// The environment of a command in an image: the image's own, then what the project says, then what
/// the command line says; of those with the same name the last counts.
struct RunEnvironment: Equatable {
  /// What Docker gives a container whose image has none.
  private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  private(set) var entries: [String]

  /// - Parameters:
  ///   - image: `NAME=value` each.
  ///   - given: What the project and the command line say, in this order.
  ///   - terminal: The caller's `TERM` when the command gets a terminal.
  init(image: [String], given: [Assignment], terminal: String?) {
    entries = []
    for entry in image { set(entry) }
    for assignment in given { set("\(assignment.name)=\(assignment.value)") }
    addIfMissing("PATH", Self.usualPath)
    // What a program prints is seen at once, and is in the log when it dies.
    addIfMissing("PYTHONUNBUFFERED", "1")
    if let terminal { addIfMissing("TERM", terminal) }
  }

  func value(of name: String) -> String? {
    entries.lazy.compactMap { NamedValue($0) }.first { $0.name == name }?.value
  }

  private mutating func addIfMissing(_ name: String, _ value: String) {
    if self.value(of: name) == nil { entries.append("\(name)=\(value)") }
  }

  private mutating func set(_ entry: String) {
    guard let name = NamedValue(entry)?.name else { return }
    if let index = entries.firstIndex(where: { NamedValue($0)?.name == name }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }
}

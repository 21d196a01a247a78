import Diagnostics
import Glibc
import Project

/// The environment of this process, as it is handed on.
enum ProcessVariables {
  /// `NAME=value`.
  static var callers: [String] {
    var entries: [String] = []
    var next = environ
    while let entry = next.pointee {
      entries.append(String(cString: entry))
      next += 1
    }
    return entries
  }

  /// `entries` with what is given in the place of what has the same name: of two, some programs
  /// take the first.
  static func replacing(_ entries: [String], by given: [Assignment]) -> [String] {
    let names = Set(given.map(\.name))
    return entries.filter { !names.contains(NamedValue($0)?.name ?? $0) }
      + given.map { "\($0.name)=\($0.value)" }
  }
}

import Glibc

/// The variables that this process was started with.
enum ProcessEnvironment {
  static let all: [String: String] = {
    var found: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { found[String(parts[0])] = String(parts[1]) }
      entry = entry.advanced(by: 1)
    }
    return found
  }()
}

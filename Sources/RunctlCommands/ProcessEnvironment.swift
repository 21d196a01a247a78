import Diagnostics
import Glibc

/// The variables that this process was started with.
enum ProcessEnvironment {
  static let all: [String: String] = {
    var found: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      if let variable = NamedValue(String(cString: text)) {
        found[variable.name] = variable.value
      }
      entry = entry.advanced(by: 1)
    }
    return found
  }()
}

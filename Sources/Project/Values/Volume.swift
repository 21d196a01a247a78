/// A directory or file of the host that a run sees: `host:container[:ro]`.
package struct Volume: Hashable, Sendable {
  /// As written: absolute, or relative to the project's root.
  package let source: String
  /// Absolute, in the container.
  package let destination: String
  package let isReadOnly: Bool

  package init(source: String, destination: String, isReadOnly: Bool = false) {
    self.source = source
    self.destination = destination
    self.isReadOnly = isReadOnly
  }

  /// - Parameter text: `host:/container`, with `:ro` or `:rw` behind it; otherwise nil comes back.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), !parts[0].isEmpty, parts[1].hasPrefix("/") else {
      return nil
    }
    let mode = parts.count == 3 ? parts[2] : "rw"
    guard ["ro", "rw"].contains(mode), !ProjectPath.components(of: parts[1]).contains("..") else {
      return nil
    }
    self.init(source: parts[0], destination: parts[1], isReadOnly: mode == "ro")
  }
}

extension Volume: CustomStringConvertible {
  package var description: String { "\(source):\(destination)" + (isReadOnly ? ":ro" : "") }
}

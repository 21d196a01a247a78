/// What a token is to allow: actions on resources.
///
/// Source: distribution's "Docker Registry v2 token scope": `repository:team/app:pull,push`,
/// several of them separated by spaces.
struct AccessScope: Hashable, Sendable, CustomStringConvertible {
  /// `repository:team/app` → `pull`, `push`.
  private(set) var actions: [String: Set<String>] = [:]

  init() {}

  init(repository: String, actions: Set<String>) {
    self.actions["repository:" + repository] = actions
  }

  static func pull(_ repository: String) -> AccessScope {
    AccessScope(repository: repository, actions: ["pull"])
  }

  static func push(_ repository: String) -> AccessScope {
    AccessScope(repository: repository, actions: ["pull", "push"])
  }

  init(parsing text: String) {
    for part in text.split(separator: " ") {
      guard let colon = part.lastIndex(of: ":") else { continue }
      let names = part[part.index(after: colon)...].split(separator: ",").map(String.init)
      actions[String(part[..<colon]), default: []].formUnion(names)
    }
  }

  func union(_ other: AccessScope) -> AccessScope {
    var union = self
    union.actions.merge(other.actions) { $0.union($1) }
    return union
  }

  /// The repositories, for a person.
  var subject: String {
    actions.keys.sorted().map { $0.hasPrefix("repository:") ? String($0.dropFirst(11)) : $0 }
      .joined(separator: ", ")
  }

  /// One text for each resource, in a fixed order.
  var parts: [String] {
    actions.sorted { $0.key < $1.key }.map {
      $0.key + ":" + $0.value.sorted().joined(separator: ",")
    }
  }

  var description: String { parts.joined(separator: " ") }
}

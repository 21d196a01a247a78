/// The secrets that the commands of a build may see. Nothing of them is read before it is needed.
package struct BuildSecrets: Sendable {
  /// nil when nobody gave a secret of that id.
  package typealias Read = @Sendable (_ id: String) throws -> [UInt8]?

  let read: Read
  /// Of secrets whose change runs commands again: what stands for the value in keys, and tells
  /// nothing of it.
  let stamps: [String: String]
  /// Sockets of SSH agents, by id.
  let agents: [String: String]

  package init(
    stamps: [String: String] = [:], agents: [String: String] = [:],
    read: @escaping Read = { _ in nil }
  ) {
    self.read = read
    self.stamps = stamps
    self.agents = agents
  }
}

/// Replaces secrets in what commands print.
struct SecretMask: Sendable {
  /// Shorter texts are found in everything.
  private static let shortest = 6
  private static let shown = "<secret>"

  /// Lines of secrets, the longest first.
  private let lines: [String]

  init(_ secrets: [[UInt8]]) {
    let all = secrets.flatMap { secret in
      secret.split(whereSeparator: { $0 == 10 || $0 == 13 }).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    lines = Set(all).filter { $0.utf8.count >= Self.shortest }
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  func applied(to line: String) -> String {
    lines.reduce(line) { text, secret in
      text.contains(secret) ? text.replacing(secret, with: Self.shown) : text
    }
  }
}

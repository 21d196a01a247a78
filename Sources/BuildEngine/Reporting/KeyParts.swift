import Diagnostics

/// What a step's key was made of, read from a ``StepKeyListing``. A part without a value is one that
/// is not known yet.
struct KeyParts {
  /// A mount of a RUN.
  struct Mount {
    /// All but what it shows.
    fileprivate(set) var parts: [[String]]
    /// The identity of what it shows; nil when that is not known.
    fileprivate(set) var content: String?

    var secret: String? { value("secret") }
    var isOfContext: Bool { value("bind") == "context" }

    /// `cache pip, target /root/.cache, write, source /`.
    var text: String {
      let kind = parts.first { !["mount", "mode"].contains($0[0]) } ?? []
      let others = parts.filter { $0 != kind && !$0[1].isEmpty }.map { part in
        switch part[0] {
        case "mount": "target \(part[1])"
        case "mode": part[1]
        default: "\(part[0]) \(part[1])"
        }
      }
      return ([kind.filter { !$0.isEmpty }.joined(separator: " ")] + others)
        .joined(separator: ", ")
    }

    private func value(_ name: String) -> String? { parts.first { $0[0] == name }?[1] }
  }

  /// In front of the values of each of these, their number is listed.
  private static let lists: Set<String> = ["argument", "environment", "exclude", "pattern"]

  private(set) var fields: [String: [String]] = [:]
  private(set) var mounts: [Mount] = []

  init(_ listing: [[String]]) {
    var mount: Mount?
    for part in listing {
      guard let name = part.first else { continue }
      // An older runctl listed addresses with their passwords.
      let value = part.count == 2 ? SecretAddress.masked(part[1]) : nil
      if name == "mount" { mount = Mount(parts: [], content: nil) }
      guard var open = mount else {
        fields[name, default: []] += value.map { [$0] } ?? []
        continue
      }
      if name == "content" {
        open.content = value
        mounts.append(open)
        mount = nil
      } else {
        open.parts.append([name, value ?? ""])
        mount = open
      }
    }
    for name in Self.lists { fields[name] = fields[name].map { Array($0.dropFirst()) } }
  }
}

import FileSystem
import FoundationEssentials

/// A file that says how a container gets devices: written by their maker's tools.
///
/// Source: Container Device Interface, SPEC.md, version 0.8.
struct DeviceSpecification: Decodable, Equatable {
  struct Device: Decodable, Equatable {
    let name: String
    let containerEdits: Edits?
  }

  struct Edits: Decodable, Equatable {
    var env: [String]?
    var deviceNodes: [Node]?
    var mounts: [Mount]?
    var hooks: [Hook]?
  }

  struct Node: Decodable, Equatable {
    let path: String
    let hostPath: String?
  }

  struct Mount: Decodable, Equatable {
    let hostPath: String
    let containerPath: String
    let options: [String]?
  }

  struct Hook: Decodable, Equatable {
    let hookName: String
    let path: String
    let args: [String]?
    let env: [String]?
  }

  /// `vendor/class`.
  let kind: String
  let devices: [Device]
  let containerEdits: Edits?

  /// Where they are; of two with a name the later counts.
  static let directories = ["/etc/cdi", "/var/run/cdi"]

  /// - Returns: Those of GPUs, and the files with such that cannot be read because they are no JSON.
  static func find(
    in directories: [String] = directories
  ) -> (found: [DeviceSpecification], unreadable: [String]) {
    var found: [DeviceSpecification] = []
    var unreadable: [String] = []
    for directory in directories {
      let names = ((try? Directory.entries(of: directory)) ?? [])
        .map { String(decoding: $0.name, as: UTF8.self) }.sorted()
      for path in names.map({ "\(directory)/\($0)" }) {
        guard [".json", ".yaml", ".yml"].contains(where: path.hasSuffix) else { continue }
        let bytes = try? FileTree.read(path)
        guard path.hasSuffix(".json"), let bytes,
          let parsed = try? JSONDecoder().decode(Self.self, from: Data(bytes))
        else {
          let text = bytes.map { String(decoding: $0, as: UTF8.self) }
          if text?.contains("/gpu") ?? true { unreadable.append(path) }
          continue
        }
        if parsed.kind.hasSuffix("/gpu") { found.append(parsed) }
      }
    }
    return (found, unreadable)
  }
}

import FileSystem
import Glibc

/// A tree of control groups that has one of the controllers that limit a command.
///
/// Source: cgroups(7); the kernel's "Control Group v2" and "cgroup-v1/memory".
struct ControlHierarchy: Equatable {
  enum Version: Equatable {
    case one
    case two
  }

  let version: Version
  let controllers: Set<String>
  /// Where new groups can be put: the group that this process is in, as this process sees it.
  let directory: String

  /// Finds those of memory and processors.
  ///
  /// - Parameters:
  ///   - mounts: The text of `/proc/self/mountinfo`.
  ///   - groups: The text of `/proc/self/cgroup`.
  ///   - exists: Whether a directory is there.
  static func find(
    mounts: String, groups: String, exists: (String) -> Bool = FileTree.exists,
    read: (String) -> String = Self.text
  ) -> [ControlHierarchy] {
    let own = Dictionary(
      groups.split(separator: "\n").compactMap { line -> (Set<String>, String)? in
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        return (Set(parts[1].split(separator: ",").map(String.init)), String(parts[2]))
      }, uniquingKeysWith: { first, _ in first })
    var found: [ControlHierarchy] = []
    for line in mounts.split(separator: "\n") {
      guard let mount = Mount(line) else { continue }
      let named = mount.options.intersection(["memory", "cpu"])
      switch mount.type {
      case "cgroup" where !named.isEmpty:
        let group = own.first { !$0.key.isDisjoint(with: named) }
        found.append(
          ControlHierarchy(
            version: .one, controllers: named,
            directory: mount.directory(of: group?.value ?? "/", exists)))
      case "cgroup2":
        let directory = mount.directory(of: own[[]] ?? "/", exists)
        let controllers = Set(
          read("\(directory)/cgroup.controllers").split(whereSeparator: \.isWhitespace)
            .map(String.init)
        ).intersection(["memory", "cpu"])
        if !controllers.isEmpty {
          found.append(
            ControlHierarchy(version: .two, controllers: controllers, directory: directory))
        }
      default: continue
      }
    }
    return found
  }

  static func text(_ path: String) -> String {
    (try? FileTree.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// A line of mountinfo, proc(5).
  private struct Mount {
    let root: String
    let point: String
    let type: String
    let options: Set<String>

    init?(_ line: Substring) {
      let fields = line.split(separator: " ").map(String.init)
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else {
        return nil
      }
      (root, point, type) = (fields[3], fields[4], fields[dash + 1])
      options = Set(fields[dash + 3].split(separator: ",").map(String.init))
    }

    /// In a container, only a part of the tree may be there.
    func directory(of group: String, _ exists: (String) -> Bool) -> String {
      let isInside = root == "/" || group == root || group.hasPrefix(root + "/")
      let rest = isInside ? String(group.dropFirst(root == "/" ? 0 : root.count)) : ""
      let path = rest == "/" ? point : point + rest
      return exists(path) ? path : point
    }
  }
}

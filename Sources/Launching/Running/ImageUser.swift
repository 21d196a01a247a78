import FileSystem
import OCI

/// Who an image's USER is, as numbers.
struct ImageUser: Equatable {
  let uid: UInt32
  let gid: UInt32

  static let root = ImageUser(uid: 0, gid: 0)

  /// - Parameter text: As in a Dockerfile; a group's name is not looked up.
  /// - Returns: nil when the image does not say who that is.
  static func find(_ text: String?, in image: RunImage) -> ImageUser? {
    find(text) { passwords(of: image) }
  }

  /// - Parameter read: The text of the image's `/etc/passwd`; not asked for where numbers say it all.
  static func find(_ text: String?, passwords read: () -> [UInt8]?) -> ImageUser? {
    let parts = (text ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else { return .root }
    if parts.count > 1, let uid = UInt32(name), let gid = UInt32(parts[1]) {
      return ImageUser(uid: uid, gid: gid)
    }
    // The lines with at least four fields.
    let entries = String(decoding: read() ?? [], as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
      .filter { $0.count >= 4 }
    let entry = entries.first { $0[0] == name || $0[2] == name }
    guard let uid = UInt32(name) ?? entry.flatMap({ UInt32($0[2]) }) else { return nil }
    let group = parts.count > 1 ? UInt32(parts[1]) : nil
    return ImageUser(uid: uid, gid: group ?? entry.flatMap { UInt32($0[3]) } ?? 0)
  }

  private static func passwords(of image: RunImage) -> [UInt8]? {
    guard let place = try? image.tree.resolve(TreePath("etc/passwd")).path,
      let file = image.lowers.first(where: { isFile(place, in: $0) })
    else { return nil }
    return try? FileTree.read(file + place.description)
  }

  /// Without following a link of the layer's out of it.
  private static func isFile(_ place: TreePath, in layer: String) -> Bool {
    let folders = place.ancestors.dropFirst().allSatisfy {
      (try? FileStatus.of(layer + $0.description, followLink: false)?.kind) == .directory
    }
    return folders
      && (try? FileStatus.of(layer + place.description, followLink: false)?.kind) == .file
  }
}

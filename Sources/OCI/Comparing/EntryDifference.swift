/// How what is at one path differs between two layers, or two trees.
package struct EntryDifference: Hashable, Sendable {
  /// What is not the same.
  package enum Aspect: Hashable, Sendable {
    case added
    case removed
    /// A file has become a directory, for instance: all else would be no news.
    case kind
    case content
    case size
    case permissions
    case owner
    case link
    case device
    case attribute(name: String)
    case opaque
  }

  package let path: TreePath
  package let before: LayerEntry?
  package let after: LayerEntry?
  /// At least one.
  package let aspects: [Aspect]

  /// - Returns: nil when both are the same; paths are not compared.
  package init?(_ before: LayerEntry?, _ after: LayerEntry?) {
    guard let path = (after ?? before)?.path else { return nil }
    let aspects = Self.aspects(before, after)
    if aspects.isEmpty { return nil }
    self.path = path
    (self.before, self.after, self.aspects) = (before, after, aspects)
  }

  private static func aspects(_ before: LayerEntry?, _ after: LayerEntry?) -> [Aspect] {
    guard let before else { return [.added] }
    guard let after else { return [.removed] }
    if before.kind != after.kind { return [.kind] }
    var found: [Aspect] = []
    if before.content != after.content { found.append(.content) }
    if before.size != after.size { found.append(.size) }
    if before.permissions != after.permissions { found.append(.permissions) }
    if (before.uid, before.gid) != (after.uid, after.gid) { found.append(.owner) }
    if before.link != after.link { found.append(.link) }
    if (before.deviceMajor, before.deviceMinor) != (after.deviceMajor, after.deviceMinor) {
      found.append(.device)
    }
    let names = Set((before.attributes + after.attributes).map(\.name)).sorted()
    found += names.filter { before.attribute($0) != after.attribute($0) }
      .map { .attribute(name: $0) }
    if before.isOpaque != after.isOpaque { found.append(.opaque) }
    return found
  }

  /// What an aspect was and what it is, for people; nil where there is nothing.
  package func values(of aspect: Aspect) -> (old: String?, new: String?) {
    (before.flatMap { $0.text(of: aspect) }, after.flatMap { $0.text(of: aspect) })
  }
}

extension EntryDifference.Aspect: CustomStringConvertible {
  /// Stable: scripts may match it.
  package var description: String {
    switch self {
    case .added: "added"
    case .removed: "removed"
    case .kind: "kind"
    case .content: "content"
    case .size: "size"
    case .permissions: "permissions"
    case .owner: "owner"
    case .link: "link"
    case .device: "device"
    case .attribute(let name): "xattr \(name)"
    case .opaque: "opaque"
    }
  }
}

extension EntryDifference: CustomStringConvertible {
  /// `/etc/app.conf: permissions 0644 → 0600, owner 0:0 → 1000:1000`.
  package var description: String {
    let changes = aspects.map { aspect in
      let (old, new) = values(of: aspect)
      return switch aspect {
      case .added: "added (\(new ?? ""))"
      case .removed: "removed (\(old ?? ""))"
      default: "\(aspect) \(old ?? "none") → \(new ?? "none")"
      }
    }
    return "\(path): " + changes.joined(separator: ", ")
  }
}

extension LayerEntry {
  fileprivate func attribute(_ name: String) -> [UInt8]? {
    attributes.first { $0.name == name }?.value
  }

  fileprivate func text(of aspect: EntryDifference.Aspect) -> String? {
    switch aspect {
    case .added, .removed, .kind: kind.description
    case .content: content?.short
    case .size: "\(size) bytes"
    case .permissions: Self.octal(permissions)
    case .owner: "\(uid):\(gid)"
    case .link: String(decoding: link, as: UTF8.self)
    case .device: "\(deviceMajor):\(deviceMinor)"
    case .attribute(let name): attribute(name).map(Self.text)
    case .opaque: isOpaque ? "yes" : "no"
    }
  }

  private static func octal(_ permissions: UInt16) -> String {
    let digits = String(permissions, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// An attribute's value as it is, when it is text.
  private static func text(_ value: [UInt8]) -> String {
    if value.allSatisfy({ (0x20..<0x7f).contains($0) }) {
      return "'" + String(decoding: value, as: UTF8.self) + "'"
    }
    return "0x"
      + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

extension LayerEntry.Kind: CustomStringConvertible {
  package var description: String {
    switch self {
    case .file: "file"
    case .directory: "directory"
    case .symlink: "symbolic link"
    case .hardLink: "hard link"
    case .characterDevice: "character device"
    case .blockDevice: "block device"
    case .fifo: "fifo"
    case .whiteout: "whiteout"
    }
  }
}

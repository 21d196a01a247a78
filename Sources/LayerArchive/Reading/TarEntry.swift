import CArchive
import FileSystem
import Glibc
import OCI

/// One entry of a tar archive as its header has it, nothing of it trusted yet.
struct TarEntry {
  let name: UnsafeBufferPointer<UInt8>
  let kind: LayerEntry.Kind
  /// Of a hard link, or of a symbolic one.
  let link: [UInt8]
  let permissions: UInt16
  let uid: Int64
  let gid: Int64
  let size: Int64
  let modified: FileTime
  let deviceMajor: UInt32
  let deviceMinor: UInt32

  /// - Returns: nil for what is no file system object.
  /// - Throws: ``ArchiveError/malformed(reason:)`` when there is no name.
  init?(_ raw: OpaquePointer) throws {
    guard let name = archive_entry_pathname(raw).map(Self.bytes) else {
      throw ArchiveError.malformed(reason: "an entry has no name")
    }
    self.name = name
    if let target = archive_entry_hardlink(raw) {
      kind = .hardLink
      link = Array(Self.bytes(target))
    } else {
      switch mode_t(archive_entry_filetype(raw)) {
      case S_IFREG: kind = .file
      case S_IFDIR: kind = .directory
      case S_IFLNK: kind = .symlink
      case S_IFCHR: kind = .characterDevice
      case S_IFBLK: kind = .blockDevice
      case S_IFIFO: kind = .fifo
      default: return nil
      }
      link = archive_entry_symlink(raw).map { Array(Self.bytes($0)) } ?? []
    }
    permissions = UInt16(archive_entry_perm(raw) & 0o7777)
    uid = archive_entry_uid(raw)
    gid = archive_entry_gid(raw)
    size = kind == .file ? archive_entry_size(raw) : 0
    modified = Self.time(Int64(archive_entry_mtime(raw)), Int64(archive_entry_mtime_nsec(raw)))
    let isDevice = kind == .characterDevice || kind == .blockDevice
    deviceMajor = isDevice ? UInt32(truncatingIfNeeded: archive_entry_rdevmajor(raw)) : 0
    deviceMinor = isDevice ? UInt32(truncatingIfNeeded: archive_entry_rdevminor(raw)) : 0
  }

  /// A time that has no room in nanoseconds (before 1678, after 2262) becomes 1970.
  private static func time(_ seconds: Int64, _ nanoseconds: Int64) -> FileTime {
    let (scaled, isTooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (time, isTooFarToo) = scaled.addingReportingOverflow(nanoseconds)
    return isTooFar || isTooFarToo ? 0 : time
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
    let count = strlen(text)
    return UnsafeRawPointer(text).withMemoryRebound(to: UInt8.self, capacity: count) {
      UnsafeBufferPointer(start: $0, count: count)
    }
  }

  /// Sorted by name; of two with the same name the later one counts. What overlayfs uses for itself
  /// is left out: in a layer it would redirect paths on the host.
  static func attributes(of raw: OpaquePointer) -> [LayerEntry.ExtendedAttribute] {
    guard archive_entry_xattr_reset(raw) > 0 else { return [] }
    var found: [String: [UInt8]] = [:]
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while archive_entry_xattr_next(raw, &name, &value, &size) == ARCHIVE_OK {
      guard let text = name.map({ String(cString: $0) }) else { continue }
      if OverlayForm.owns(attribute: text) { continue }
      found[text] = Array(UnsafeRawBufferPointer(start: value, count: size))
    }
    return found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { .init(name: $0.key, value: $0.value) }
  }

  /// The entry at `path`, with everything but content.
  /// - Throws: ``ArchiveError/invalidEntry(_:reason:)``
  func layerEntry(at path: TreePath, raw: OpaquePointer) throws -> LayerEntry {
    // The highest number means "leave as it is" to the kernel.
    guard (0..<Int64(UInt32.max)).contains(uid), (0..<Int64(UInt32.max)).contains(gid) else {
      throw ArchiveError.invalidEntry(path, reason: "its owner is no number that Linux knows")
    }
    guard size >= 0 else {
      throw ArchiveError.invalidEntry(path, reason: "its size is less than nothing")
    }
    guard kind != .symlink || (!link.isEmpty && link.count < Int(PATH_MAX)) else {
      throw ArchiveError.invalidEntry(path, reason: "its link leads nowhere or is too long")
    }
    var entry = LayerEntry(
      path: path, kind: kind, permissions: permissions, uid: UInt32(uid), gid: UInt32(gid))
    entry.size = size
    entry.link = link
    entry.deviceMajor = deviceMajor
    entry.deviceMinor = deviceMinor
    entry.attributes = Self.attributes(of: raw)
    return entry
  }
}

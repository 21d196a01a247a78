import CLinux
import FileSystem
import Glibc
import OCI

/// Owner, permissions, extended attributes and times of something that was just made.
struct Attributes {
  let entry: LayerEntry
  let modified: FileTime
  let form: OverlayForm

  /// A change of owner takes set-user-ID and capabilities away: they come after it.
  func apply(to file: borrowing File) throws(FileError) {
    guard fchown(file.descriptor, entry.uid, entry.gid) == 0 else {
      throw FileError("change the owner of", file.path)
    }
    guard fchmod(file.descriptor, mode_t(entry.permissions)) == 0 else {
      throw FileError("change the mode of", file.path)
    }
    for attribute in entry.attributes {
      let result = fsetxattr(
        file.descriptor, attribute.name, attribute.value, attribute.value.count, 0)
      if result != 0 { try check(attribute, file.path) }
    }
    if entry.isOpaque { try markOpaque(file) }
    let times = times
    guard futimens(file.descriptor, times) == 0 else {
      throw FileError("change the times of", file.path)
    }
  }

  private func markOpaque(_ file: borrowing File) throws(FileError) {
    guard fsetxattr(file.descriptor, form.opaqueAttribute, "y", 1, 0) == 0 else {
      throw FileError("mark as opaque", file.path)
    }
  }

  /// For what cannot be opened: links, devices, named pipes.
  /// - Parameter path: The same as a path, as there is no call for attributes of a name.
  func apply(
    to name: UnsafePointer<CChar>, in parent: borrowing File, path: [UInt8]
  ) throws(FileError) {
    let shown = String(decoding: path, as: UTF8.self)
    guard fchownat(parent.descriptor, name, entry.uid, entry.gid, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw FileError("change the owner of", shown)
    }
    if entry.kind != .symlink {
      guard fchmodat(parent.descriptor, name, mode_t(entry.permissions), 0) == 0 else {
        throw FileError("change the mode of", shown)
      }
    }
    for attribute in entry.attributes {
      let result = withCString(path) {
        lsetxattr($0, attribute.name, attribute.value, attribute.value.count, 0)
      }
      if result != 0 { try check(attribute, shown) }
    }
    let times = times
    guard utimensat(parent.descriptor, name, times, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw FileError("change the times of", shown)
    }
  }

  /// Attributes that mean something only to the system where the layer was made (labels, trusted
  /// ones) may be refused here; those that change what a program may do must not be lost.
  private func check(_ attribute: LayerEntry.ExtendedAttribute, _ path: String) throws(FileError) {
    let isOptional = errno == ENOTSUP || errno == EPERM || errno == EINVAL
    if isOptional, attribute.name != "security.capability" { return }
    throw FileError("set the attribute \(attribute.name) of", path)
  }

  private var times: [timespec] {
    var (seconds, rest) = modified.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000_000) }
    let time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    return [time, time]
  }
}

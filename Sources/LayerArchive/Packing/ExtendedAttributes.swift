import CLinux
import FileSystem
import Glibc
import OCI

/// The extended attributes of files as they are on disk.
enum ExtendedAttributes {
  /// Those that belong to the file and go into a layer, sorted by name, and the names of those that
  /// overlayfs has put there for itself.
  struct Found {
    var own: [LayerEntry.ExtendedAttribute] = []
    var overlay: [(name: String, value: [UInt8])] = []
  }

  /// Reads the attributes of a file; a link is not followed.
  ///
  /// What depends on the host (security labels, integrity records, `trusted`) is left out: the same
  /// step must give the same layer everywhere.
  static func read(_ path: [UInt8]) throws(FileError) -> Found {
    try withCString(path) { (path) throws(FileError) -> Found in
      var found = Found()
      for name in try names(path) {
        if OverlayForm.owns(attribute: name) {
          found.overlay.append((name, try value(of: name, path)))
        } else if isPortable(name) {
          found.own.append(.init(name: name, value: try value(of: name, path)))
        }
      }
      found.own.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      return found
    }
  }

  static func isPortable(_ name: String) -> Bool {
    name.hasPrefix("user.") || name == "security.capability"
      || name.hasPrefix("system.posix_acl_")
  }

  static func remove(_ name: String, from path: [UInt8]) throws(FileError) {
    guard withCString(path, { lremovexattr($0, name) }) == 0 || errno == ENODATA else {
      throw FileError("remove the attribute \(name) of", String(decoding: path, as: UTF8.self))
    }
  }

  private static func names(_ path: UnsafePointer<CChar>) throws(FileError) -> [String] {
    let size = llistxattr(path, nil, 0)
    if size == 0 || (size < 0 && errno == ENOTSUP) { return [] }
    guard size > 0 else { throw failure("list the attributes of", path) }
    var list = [CChar](repeating: 0, count: size)
    let count = llistxattr(path, &list, size)
    guard count >= 0 else { throw failure("list the attributes of", path) }
    return list[..<count].split(separator: 0).map {
      String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  private static func value(
    of name: String, _ path: UnsafePointer<CChar>
  ) throws(FileError) -> [UInt8] {
    let size = lgetxattr(path, name, nil, 0)
    guard size >= 0 else { throw failure("read the attribute \(name) of", path) }
    var value = [UInt8](repeating: 0, count: size)
    let count = lgetxattr(path, name, &value, size)
    guard count == size else { throw failure("read the attribute \(name) of", path) }
    return value
  }

  private static func failure(_ verb: String, _ path: UnsafePointer<CChar>) -> FileError {
    FileError(verb, String(cString: path))
  }
}

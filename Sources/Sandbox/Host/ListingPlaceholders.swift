import FileSystem
import Glibc

/// Gives a root another order of names, and changes nothing else.
///
/// An overlay lists a directory's names in the lowest of its directories first
/// (`ovl_fill_lowest` in the kernel's `fs/overlayfs/readdir.c`). So these lie below everything: empty
/// files and directories whose names the layers above have, too, which therefore hide them. In
/// memory, where names are listed by when they were made.
enum ListingPlaceholders {
  static func make(of list: String, in directory: String) throws(SandboxError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileTree.read(list) } catch {
      throw .setupFailed(step: "read the order of names", reason: error.reason)
    }
    guard chdir(directory) == 0 else { throw setupFailure("enter '\(directory)'") }
    defer { _ = chdir("/") }
    let slash = UInt8(ascii: "/")
    var at = bytes.startIndex
    while let end = bytes[at...].firstIndex(of: 0) {
      let isDirectory = end > at && bytes[end - 1] == slash
      let result = bytes[at...end].withUnsafeBytes { name -> Int32 in
        guard let path = name.bindMemory(to: CChar.self).baseAddress else { return 0 }
        return isDirectory ? mkdir(path, 0o755) : mknod(path, S_IFREG | 0o644, 0)
      }
      // Memory may end before the names do: then those that are left have their usual order.
      guard result == 0 || errno == ENOSPC || errno == EEXIST else {
        throw setupFailure("order names in '\(directory)'")
      }
      if result != 0, errno == ENOSPC { return }
      at = end + 1
    }
  }
}

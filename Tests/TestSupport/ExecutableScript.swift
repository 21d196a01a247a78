import FileSystem
import Glibc

/// A program of a test's own, in the place of another.
package enum ExecutableScript {
  /// fcntl(2): a lease for reading can be had when nobody has the file open for writing.
  private static let setLease: Int32 = 1024

  /// Returns when it can be started: a child that another thread starts just now may have got the
  /// descriptor that wrote it, and the kernel executes nothing that is being written.
  ///
  /// - Parameter text: Of a shell's script, without its first line.
  package static func write(_ text: String, to path: String) throws {
    try FileTree.replace(path, with: Array("#!/bin/sh\n\(text)\n".utf8), permissions: 0o755)
    let file = try File.open(path)
    while fcntl(file.descriptor, setLease, Int32(F_RDLCK)) != 0, errno == EAGAIN { usleep(1_000) }
    _ = fcntl(file.descriptor, setLease, Int32(F_UNLCK))
  }
}

package import Diagnostics
import Glibc

/// A system call on a file that failed.
package struct FileError: ReportableError, Equatable {
  /// What was being done, as a verb: "open", "write", "rename".
  package let operation: String
  package let path: String
  package let errno: Int32

  package init(_ operation: String, _ path: String, errno: Int32 = Glibc.errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  package var reason: String { String(cString: strerror(errno)) }

  package var isNotFound: Bool { errno == ENOENT || errno == ENOTDIR }

  /// A wait was given up because whoever waited was told to stop.
  package var isCancelled: Bool { errno == ECANCELED }

  package var diagnostic: Diagnostic {
    Diagnostic(
      id: errno == ENOSPC ? "disk-full" : "file-error",
      "cannot \(operation) '\(path)': \(reason.prefix(1).lowercased() + reason.dropFirst())",
      help: help)
  }

  private var help: String? {
    switch errno {
    case ENOSPC, EDQUOT: "free some space on that file system, then run the command again"
    case EACCES, EPERM: "check the owner and permissions of that path"
    case EROFS: "that file system is read-only: choose another place"
    case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
    default: nil
    }
  }
}

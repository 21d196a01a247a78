import FileSystem
import Glibc

/// Where an archive goes: a file, which has its name only when it is complete, or standard output.
final class ArchiveTarget {
  static let standard = "-"

  let name: String
  var isStandard: Bool { name == Self.standard }
  private let file: File
  /// What the file is called until it is complete, and then.
  private let names: (temporary: String, last: String)?
  private var isComplete = false

  init(_ name: String) throws {
    self.name = name
    if name == Self.standard {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw UsageError(
          "terminal-output", "an archive is not written to a terminal",
          help: "name a file, or lead the output elsewhere: runctl cache export - >cache.tar")
      }
      file = File(descriptor: dup(STDOUT_FILENO), path: "standard output")
      names = nil
      return
    }
    switch try FileStatus.of(name, followLink: true)?.kind {
    case .directory:
      throw UsageError(
        "not-a-file", "'\(name)' is a directory", help: "name a file, such as \(name)/cache.tar")
    case nil: names = Self.names(name)
    case .file: names = Self.names(try FileTree.canonicalPath(name))
    // A pipe or a device has nothing that could be replaced.
    default: names = nil
    }
    if let names {
      file = try File.create(names.temporary)
    } else {
      file = try File.open(name, flags: O_WRONLY)
    }
  }

  /// Beside each other, so that a rename is enough.
  private static func names(_ last: String) -> (temporary: String, last: String) {
    ("\(last).\(getpid()).tmp", last)
  }

  deinit {
    if let names, !isComplete { try? FileTree.removeFile(names.temporary) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try file.write(bytes) }

  func complete() throws {
    if let names { try FileTree.rename(names.temporary, to: names.last) }
    isComplete = true
  }
}

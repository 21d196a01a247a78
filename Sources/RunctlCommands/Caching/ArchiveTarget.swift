import FileSystem
import Glibc

/// Where an archive goes: a file, which has its name only when it is complete, or standard output.
final class ArchiveTarget {
  static let standard = "-"

  let name: String
  var isStandard: Bool { name == Self.standard }
  private let temporary: String
  private let file: File
  private var isComplete = false

  init(_ name: String) throws {
    self.name = name
    if name == Self.standard {
      guard isatty(STDOUT_FILENO) == 0 else {
        throw UsageError(
          "terminal-output", "an archive is not written to a terminal",
          help: "name a file, or lead the output elsewhere: runctl cache export - >cache.tar")
      }
      temporary = ""
      file = File(descriptor: dup(STDOUT_FILENO), path: "standard output")
      return
    }
    if try FileStatus.of(name, followLink: true)?.kind == .directory {
      throw UsageError(
        "not-a-file", "'\(name)' is a directory", help: "name a file, such as \(name)/cache.tar")
    }
    // Beside the target, so that a rename is enough.
    temporary = "\(name).\(getpid()).tmp"
    file = try File.create(temporary)
  }

  deinit {
    if !isStandard, !isComplete { try? FileTree.removeFile(temporary) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try file.write(bytes) }

  func complete() throws {
    if !isStandard { try FileTree.rename(temporary, to: name) }
    isComplete = true
  }
}

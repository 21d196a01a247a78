import FileSystem
import Glibc

/// Where an archive comes from: a file, or standard input.
final class ArchiveSource {
  /// In bytes; 0 when nobody knows.
  let size: Int64
  private let file: File

  init(_ name: String) throws {
    if name == ArchiveTarget.standard {
      guard isatty(STDIN_FILENO) == 0 else {
        throw UsageError(
          "terminal-input", "an archive is not read from a terminal",
          help: "name a file, or lead one there: runctl cache import - <cache.tar")
      }
      file = File(descriptor: dup(STDIN_FILENO), path: "standard input")
      size = 0
    } else {
      file = try File.open(name)
      let status = try file.status()
      size = status.kind == .file ? status.size : 0
    }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try file.read(into: buffer)
  }
}

import FileSystem
import Glibc
import OCI

/// A regular file of a snapshot while it is written.
final class SnapshotFile {
  private let file: File
  private let form: OverlayForm
  private var position: Int64 = 0

  init(_ file: consuming File, form: OverlayForm) {
    self.file = file
    self.form = form
  }

  /// - Parameter offset: Not before the end of what was written; what lies between stays a hole.
  func write(_ offset: Int64, _ block: UnsafeRawBufferPointer) throws {
    if offset != position {
      guard lseek(file.descriptor, off_t(offset), SEEK_SET) >= 0 else {
        throw FileError("seek in", file.path)
      }
    }
    try file.write(block)
    position = offset + Int64(block.count)
  }

  func finish(_ entry: LayerEntry, modified: FileTime) throws {
    if position < entry.size {
      guard ftruncate(file.descriptor, off_t(entry.size)) == 0 else {
        throw FileError("write", file.path)
      }
    }
    try Attributes(entry: entry, modified: modified, form: form).apply(to: file)
  }
}

import FileSystem
import OCI

/// A file that git does not know yet, as a patch that makes it.
///
/// Source: git-diff(1), "Generating patch text with -p".
struct NewFile {
  /// Larger ones, and what is no text, are only named, with their size.
  private static let limit: Int64 = 256 << 10

  private let path: String
  private let repository: String

  /// - Parameter path: From the repository's root on.
  init(_ path: String, inRepository repository: String) {
    self.path = path
    self.repository = repository
  }

  var patch: [UInt8] {
    guard let status, status.size <= Self.limit, !isStrange, let bytes = try? FileTree.read(place),
      !bytes.contains(0)
    else { return mention }
    return Array(head(permissions: status.permissions).utf8) + lines(bytes)
  }

  /// A change of a file that is not read is seen by its size and its time.
  var mention: [UInt8] {
    let state = status.map { ", \($0.size) bytes, \($0.modified)" } ?? ""
    return Array("# new: \(name)\(state)\n".utf8)
  }

  private var place: String { "\(repository)/\(path)" }

  /// nil for what is no file.
  private var status: FileStatus? {
    guard let status = try? FileStatus.of(place, followLink: false), status.kind == .file else {
      return nil
    }
    return status
  }

  /// git writes such names in a form of its own.
  private var isStrange: Bool {
    path.unicodeScalars.contains { $0.value < 0x20 || [0x22, 0x5c, 0x7f].contains($0.value) }
  }

  private var name: String {
    String(String.UnicodeScalarView(path.unicodeScalars.map { $0.value < 0x20 ? "?" : $0 }))
  }

  private func head(permissions: some BinaryInteger) -> String {
    let mode = permissions & 0o100 != 0 ? "100755" : "100644"
    return "diff --git a/\(path) b/\(path)\nnew file mode \(mode)\n"
  }

  private func lines(_ bytes: [UInt8]) -> [UInt8] {
    guard let last = bytes.last else { return [] }
    let newLine = UInt8(ascii: "\n")
    var lines = bytes.split(separator: newLine, omittingEmptySubsequences: false)
    if last == newLine { lines.removeLast() }
    let count = lines.count == 1 ? "1" : "1,\(lines.count)"
    var text = Array("--- /dev/null\n+++ b/\(path)\n@@ -0,0 +\(count) @@\n".utf8)
    for line in lines {
      text.append(UInt8(ascii: "+"))
      text += line
      text.append(newLine)
    }
    if last != newLine { text += Array("\\ No newline at end of file\n".utf8) }
    return text
  }
}

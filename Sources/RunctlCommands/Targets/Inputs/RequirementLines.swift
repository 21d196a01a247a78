import FileSystem
import OCI
import State

/// The packages of a file of requirements as inputs of their own, so that it can be said which
/// changed.
///
/// Only lines that begin with a package's name: options and addresses may hold passwords, and the
/// file as a whole stands for them. Source: pip's requirements file format, PEP 508.
enum RequirementLines {
  static let prefix = "requirement of "
  /// Bytes; a longer file is named as a whole.
  private static let limit: Int64 = 256 << 10

  /// - Parameter file: What the file is known to be; another content gives no lines.
  static func inputs(of file: LayerEntry, in context: String) -> [Input] {
    let path = String(decoding: file.path.bytes, as: UTF8.self)
    guard path.hasSuffix(".txt"), file.size <= limit,
      let bytes = try? FileTree.read("\(context)/\(path)"),
      SHA256.digest(of: bytes) == file.content
    else { return [] }
    var seen: [String: Int] = [:]
    return packages(in: String(decoding: bytes, as: UTF8.self)).map { name, line in
      let count = seen[name, default: 0] + 1
      seen[name] = count
      return Input("\(prefix)\(path): \(name)\(count > 1 ? " (\(count))" : "")", line)
    }
  }

  private static func packages(in text: String) -> [(name: String, line: String)] {
    var packages: [(String, String)] = []
    var isContinued = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // What follows on the next line are hashes.
      let isPartOfBefore = isContinued
      isContinued = line.last == "\\"
      let start = line.drop { $0.isWhitespace }
      let name = start.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
      guard !isPartOfBefore, name.first.map({ $0.isLetter || $0.isNumber }) == true,
        !start.contains("://")
      else { continue }
      packages.append((name.lowercased(), requirement(start)))
    }
    return packages
  }

  /// Without hashes, comments and the mark of continuation.
  private static func requirement(_ line: Substring) -> String {
    let end = [" --", " #", " \\"].compactMap { line.firstRange(of: $0)?.lowerBound }.min()
    let open = line[..<(end ?? line.endIndex)]
    return open.lastIndex { !$0.isWhitespace }.map { String(open[...$0]) } ?? ""
  }
}

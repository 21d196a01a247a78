import Diagnostics
import FileSystem
import OCI
import State

/// The lines of a file of requirements as inputs of their own, so that it can be said which changed.
///
/// Source of the names: pip's requirements file format and PEP 508.
enum RequirementLines {
  /// A longer file is named as a whole.
  private static let limit = 2_000
  static let prefix = "requirement of "

  /// - Parameter content: What the file is known to contain; another content gives no lines.
  static func inputs(of path: String, in context: String, content: Digest) -> [Input] {
    guard let bytes = try? FileTree.read("\(context)/\(path)"),
      SHA256.digest(of: bytes) == content
    else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map(trimmed).filter { !$0.isEmpty && !$0.hasPrefix("#") }
    guard lines.count <= limit else { return [] }
    var seen: [String: Int] = [:]
    return lines.map { line in
      let open = withoutPassword(line)
      let name = name(of: open)
      let count = seen[name, default: 0] + 1
      seen[name] = count
      return Input("\(prefix)\(path): \(name)\(count > 1 ? " (\(count))" : "")", open)
    }
  }

  private static func trimmed(_ line: Substring) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    let start = line.drop(while: isBlank)
    let end = start.lastIndex { !isBlank($0) }
    return end.map { String(start[...$0]) } ?? ""
  }

  /// Up to where the version, the extras or the marker begin; an option is all name.
  private static func name(of line: String) -> String {
    let name = line.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    return name.isEmpty || line.hasPrefix("-") || line.contains("://") ? line : name.lowercased()
  }

  /// `https://user:password@host` and `https://token@host` keep their host only.
  private static func withoutPassword(_ line: String) -> String {
    guard let scheme = line.firstRange(of: "://") else { return line }
    let authority = line[scheme.upperBound...].prefix { $0 != "/" && $0 != " " }
    guard let at = authority.lastIndex(of: "@") else { return line }
    return line[..<scheme.upperBound] + "***" + line[at...]
  }
}

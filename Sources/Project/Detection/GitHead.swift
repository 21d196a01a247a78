package import FileSystem

/// The commit that is checked out, read from git's files: git itself would cost more than all
/// else that a command with nothing to do does.
///
/// Source: gitrepository-layout(5), "HEAD", "packed-refs", "commondir", "gitfile".
package struct GitHead: Sendable, Hashable {
  /// 40 or 64 hexadecimal digits; nil before the first commit, or where refs are kept in a form
  /// that is not files.
  package private(set) var commit: String?
  /// Without `refs/heads/`; nil when no branch is checked out.
  package private(set) var branch: String?
  /// All files that were read, or that would have counted if they had been there: while none of
  /// them changes, this value does not.
  package private(set) var files: [String] = []

  /// - Parameter directory: Absolute; its parents are looked at too.
  /// - Returns: nil outside a git repository.
  package static func read(in directory: String) throws(FileError) -> GitHead? {
    guard let repository = try GitRepository.find(from: directory) else { return nil }
    var head = GitHead()
    guard var value = try head.line(of: repository.directory + "/HEAD") else { return head }
    // HEAD may name a ref that names another one.
    for _ in 0..<5 {
      guard value.hasPrefix("ref:") else { break }
      let ref = value.dropFirst(4).drop { $0 == " " }
      guard ref.hasPrefix("refs/"), ProjectPath.staysInside(String(ref)) else { return head }
      if ref.hasPrefix("refs/heads/") { head.branch = String(ref.dropFirst(11)) }
      guard let next = try head.value(of: String(ref), in: repository) else { return head }
      value = next
    }
    if Self.isObjectName(value) { head.commit = value }
    return head
  }

  private mutating func value(
    of ref: String, in repository: GitRepository
  ) throws(FileError) -> String? {
    for directory in [repository.directory, repository.common] {
      if let value = try line(of: directory + "/" + ref) { return value }
      if repository.directory == repository.common { break }
    }
    let packed = repository.common + "/packed-refs"
    files.append(packed)
    guard let bytes = try FileTree.readIfPresent(packed) else { return nil }
    // A line is an object's name, a space, and the ref.
    let suffix = Array(" \(ref)".utf8)
    let line = bytes.split(separator: UInt8(ascii: "\n")).first { line in
      line.first != UInt8(ascii: "#") && line.count > suffix.count
        && line.suffix(suffix.count).elementsEqual(suffix)
    }
    return line.map { String(decoding: $0.dropLast(suffix.count), as: UTF8.self) }
  }

  private mutating func line(of path: String) throws(FileError) -> String? {
    files.append(path)
    return try GitRepository.firstLine(of: path)
  }

  private static func isObjectName(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}

import FileSystem
import Glibc
import OCI

/// A temporary directory that is removed with everything in it.
final class Workbench {
  let path: String

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
    var template = Array("\(parent)/runctl-archive-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError("make a directory in", parent) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileTree.remove(path) }

  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ name: String, _ text: String, permissions: UInt32 = 0o644) throws -> String {
    try write(name, Array(text.utf8), permissions: permissions)
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8], permissions: UInt32 = 0o644) throws -> String {
    try FileTree.makeDirectories(FileTree.parentPath(of: self(name)))
    try FileTree.replace(self(name), with: bytes, permissions: permissions)
    return self(name)
  }

  func read(_ name: String) throws -> [UInt8] { try FileTree.read(self(name)) }

  @discardableResult
  func makeDirectory(_ name: String) throws -> String {
    try FileTree.makeDirectories(self(name))
    return self(name)
  }

  /// What a shell command in the directory prints; its exit code must be 0.
  @discardableResult
  func shell(_ command: String) throws -> String {
    guard let pipe = popen("cd '\(path)' && { \(command)\n} 2>&1", "r") else {
      throw FileError("run", command)
    }
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF {
      output.append(UInt8(truncatingIfNeeded: byte))
    }
    let text = String(decoding: output, as: UTF8.self)
    guard pclose(pipe) == 0 else { throw ShellError(command: command, output: text) }
    return text
  }

  struct ShellError: Error {
    let command: String
    let output: String
  }

  /// Whether a command succeeds; says what tests need.
  static func has(_ command: String) -> Bool { system("\(command) >/dev/null 2>&1") == 0 }
  static let isRoot = geteuid() == 0
  static let hasOverlay =
    isRoot
    && has(
      """
      d=$(mktemp -d) && mkdir $d/l $d/u $d/w $d/m && mount -t tmpfs t $d/w && mkdir $d/w/u $d/w/w &&
      mount -t overlay o -o lowerdir=$d/l,upperdir=$d/w/u,workdir=$d/w/w $d/m && umount $d/m;
      r=$?; umount $d/w; rm -rf $d; exit $r
      """)
}

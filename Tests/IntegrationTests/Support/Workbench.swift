import FileSystem
import Foundation
import Testing

/// A temporary project with a store of its own, gone afterwards unless `RUNCTL_KEEP_WORKBENCH` is
/// set.
final class Workbench {
  static let base = "base:1"

  let folder: String
  /// The project's folder.
  var project: String
  /// `RUNCTL_HOME`.
  var home: String { "\(folder)/home" }
  /// Beside what every program gets.
  var environment: [String: String] = [:]
  /// What lives as long as this: daemons, and the workbench that has them.
  private var held: [AnyObject] = []

  /// - Parameter other: A workbench whose daemons are used here.
  init(project name: String = "project", beside other: Workbench? = nil) throws {
    var template = Array((NSTemporaryDirectory() + "/runctl-workbench-XXXXXX").utf8CString)
    let made = try #require(mkdtemp(&template).map { String(cString: $0) })
    folder = try FileTree.canonicalPath(made)
    chmod(folder, 0o755)
    project = "\(folder)/\(name)"
    try FileTree.makeDirectories(project)
    if let other { hold(other) }
  }

  func hold(_ object: AnyObject) { held.append(object) }

  deinit {
    held.removeAll()
    if ProcessInfo.processInfo.environment["RUNCTL_KEEP_WORKBENCH"] != nil {
      print("kept: \(folder)")
    } else {
      try? FileTree.remove(folder)
    }
  }

  // MARK: Files of the project

  func write(_ path: String, _ text: String, permissions: UInt32 = 0o644) throws {
    let whole = "\(project)/\(path)"
    let parent = FileTree.parentPath(of: whole)
    if !FileTree.exists(parent) {
      try FileTree.makeDirectories(parent)
      chmod(parent, 0o755)
    }
    try FileTree.replace(whole, with: Array(text.utf8), permissions: permissions)
    chmod(whole, permissions)
  }

  func write(_ files: [String: String]) throws {
    for (path, text) in files { try write(path, text) }
  }

  func read(_ path: String) throws -> String {
    String(decoding: try FileTree.read("\(project)/\(path)"), as: UTF8.self)
  }

  func has(_ path: String) -> Bool { FileTree.exists("\(project)/\(path)") }

  func remove(_ path: String) throws { try FileTree.remove("\(project)/\(path)") }

  /// Sets a file's time of change, in seconds since 1970.
  func setTime(of path: String, to seconds: Int) {
    var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
    utimensat(AT_FDCWD, "\(project)/\(path)", &times, AT_SYMLINK_NOFOLLOW)
  }

  func status(of path: String) -> stat {
    var status = stat()
    lstat("\(project)/\(path)", &status)
    return status
  }

  // MARK: Programs

  /// What `runctl` is started with.
  var variables: [String: String] {
    Machine.environment.merging(
      ["HOME": folder, "RUNCTL_HOME": home, "DOCKER_CONFIG": "\(folder)/docker"],
      uniquingKeysWith: { $1 }
    ).merging(environment, uniquingKeysWith: { $1 })
  }

  func start(_ arguments: [String], in directory: String? = nil) throws -> Program {
    try Program(
      [Machine.runctl] + arguments, environment: variables, directory: directory ?? project,
      scratch: folder)
  }

  @discardableResult
  func runctl(_ arguments: String...) throws -> ProgramResult {
    try start(arguments).wait()
  }

  /// For what must succeed.
  @discardableResult
  func does(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws
    -> ProgramResult
  {
    let result = try start(arguments).wait()
    try #require(result.succeeded, "\(result)", sourceLocation: location)
    return result
  }

  /// Any other program.
  func run(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws
    -> ProgramResult
  {
    try Program(arguments, environment: variables, directory: project, scratch: folder).wait()
  }

  // MARK: Bases

  /// Imports a base image under a name.
  func importBase(_ name: String = Workbench.base, extra: [String: String] = [:]) throws {
    let tar = "\(folder)/base.tar"
    try BaseRoot.write(tar, scratch: folder, extra: extra)
    try does("images", "import", tar, name)
  }

  // MARK: Results

  /// The image's digest as `build` says it, in an empty store that nothing of this one reaches.
  func cleanDigest(_ options: [String], bases: [(name: String, extra: [String: String])])
    throws -> String
  {
    let other = try Workbench()
    for base in bases { try other.importBase(base.name, extra: base.extra) }
    other.project = project
    other.environment = environment
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
    let result = try other.start(["build"] + options).wait()
    try #require(result.succeeded, "\(result)")
    return try digest(result)
  }

  /// What stands in `built 0123456789ab` or `up to date (0123456789ab)`.
  func digest(_ result: ProgramResult) throws -> String { try Self.digest(result) }

  static func digest(_ result: ProgramResult) throws -> String {
    let match = try #require(
      result.output.firstMatch(of: /(?:built |up to date \()([0-9a-f]{12})/), "\(result)")
    return String(match.output.1)
  }
}

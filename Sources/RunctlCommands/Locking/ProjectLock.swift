import BuildEngine
import Diagnostics
import FileSystem
import Glibc
import OCI
import Project

/// The lock of a project: looking whether it is true, and writing it.
struct ProjectLock {
  private let build: ImageBuild
  private var root: String { build.workspace.project.root.path }
  var path: String { root + "/" + LockFile.fileName }

  init(_ build: ImageBuild) { self.build = build }

  /// Asks what all names mean now; nothing is written.
  func check() throws -> [LockRow] {
    guard let file = try build.workspace.lockFile() else { throw LockDrift.noLock }
    return try look(at: file) { try $0.rows { _ in .isTrue } }
  }

  /// Brings the lock up to date with the Dockerfiles.
  /// - Parameter names: What is asked for anew; all when there are none; nil keeps what is pinned.
  func pin(updating names: [String]?, writes: Bool) throws -> [LockRow] {
    let before = try file(isReplaced: names?.isEmpty == true)
    let time = Timestamp.rfc3339(Int64(time(nil)))
    return try look(at: before) { look in
      if let names { try require(names, among: look.names) }
      let rows = try look.rows { name in
        guard let names else { return .nothing }
        return names.isEmpty || names.contains(where: name.isMeant) ? .meaning : .nothing
      }
      let settled = try look.settled(rows, at: time)
      if writes { try settled.file.write(in: root) }
      return settled.rows
    }
  }

  /// One that cannot be read is of no matter when all of it is asked for anew.
  private func file(isReplaced: Bool) throws -> LockFile {
    do {
      return try build.workspace.lockFile() ?? LockFile()
    } catch is DiagnosticList where isReplaced {
      return LockFile()
    }
  }

  private func look(at file: LockFile, _ body: (LockLook) throws -> [LockRow]) throws -> [LockRow] {
    let view = BuildProgressView(terminal: build.workspace.terminal)
    defer { view.end() }
    return try body(LockLook(build, file: file, events: view.handle))
  }

  private func require(_ names: [String], among known: [LockedName]) throws {
    for name in names where !known.contains(where: { $0.isMeant(by: name) }) {
      let all = known.map(\.familiar)
      let nearest = Suggestion.closest(to: name, among: all)
      throw UsageError(
        "unknown-name",
        "no Dockerfile of this project names '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
        help: all.isEmpty ? nil : "they name: " + all.joined(separator: ", "))
    }
  }
}

import FileSystem
import Foundation
import Testing

/// Holds a store and a state against the invariants (DESIGN §4), without any code of theirs.
final class StoreCheck {
  private let bench: Workbench
  private let home: String
  private let state: String?
  /// Blobs that were read, and how they were then.
  private var seen: [String: FileStatus] = [:]

  /// - Parameters:
  ///   - home: The store's folder; nil is the workbench's.
  ///   - state: A project's state folder.
  init(_ bench: Workbench, home: String? = nil, state: String? = nil) {
    self.bench = bench
    self.home = home ?? bench.home
    self.state = state
  }

  /// - Parameter rereads: Whether blobs count that did not change since they were last read.
  func expectSound(
    rereads: Bool = false, _ moment: String = "", location: SourceLocation = #_sourceLocation
  ) throws {
    if rereads { seen = [:] }
    let blobs = try expectBlobs(moment, location)
    let index = try JSONSerialization.jsonObject(with: Data(FileTree.read("\(home)/index.json")))
    #expect(index is [String: Any], "\(moment)", sourceLocation: location)
    let named = try query(
      "store.db",
      """
      SELECT lower(hex(digest)) FROM layers UNION SELECT lower(hex(digest)) FROM members
      UNION SELECT lower(hex(manifest)) FROM resolutions
      UNION SELECT lower(hex(manifest)) FROM images
      UNION SELECT lower(hex(content)) FROM sources WHERE content IS NOT NULL
      UNION SELECT lower(hex(name)) FROM contents WHERE kind = 0
      UNION SELECT lower(hex(manifest)) FROM builds
      """)
    #expect(named.subtracting(blobs) == [], "named, not there: \(moment)", sourceLocation: location)
    let snapshots = Set(
      try FileManager.default.contentsOfDirectory(atPath: "\(home)/snapshots"))
    let unpacked = try query(
      "store.db",
      """
      SELECT lower(hex(name)) FROM contents WHERE kind = 1
      UNION SELECT lower(hex(name)) FROM snapshots
      """)
    #expect(unpacked.subtracting(snapshots) == [], "\(moment)", sourceLocation: location)
    #expect(try query("store.db", "PRAGMA integrity_check") == ["ok"], sourceLocation: location)
    if let state, FileTree.exists("\(state)/state.db") {
      let verdict = try query("\(state)/state.db", "PRAGMA integrity_check")
      #expect(verdict == ["ok"], "\(moment)", sourceLocation: location)
    }
  }

  private func expectBlobs(_ moment: String, _ location: SourceLocation) throws -> Set<String> {
    let folder = "\(home)/blobs/sha256"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    var unread: [String: FileStatus] = [:]
    for name in names {
      let status = try FileStatus.of("\(folder)/\(name)", followLink: false)
      if status != seen[name] { unread[name] = status }
    }
    if unread.isEmpty { return Set(names) }
    // Another program's word for it, which is also much faster than a debug build.
    let paths = unread.keys.map { "\(folder)/\($0)" }
    let sums = try Program(["sha256sum"] + paths, scratch: bench.folder).wait()
    for line in sums.output.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      let name = FileTree.lastComponent(of: parts[1])
      #expect(parts[0] == name, "not what its name says: \(moment)", sourceLocation: location)
      seen[name] = unread.removeValue(forKey: name)
    }
    #expect(unread.keys.sorted() == [], "unreadable: \(moment)", sourceLocation: location)
    return Set(names)
  }

  /// Nothing is left of a command that ended: no process, mount, temporary file or lock.
  func expectNothingLeft(_ moment: String = "", location: SourceLocation = #_sourceLocation)
    throws
  {
    let hasEnded = try eventually { try Processes.naming(bench.folder).isEmpty }
    #expect(hasEnded, "\(moment)", sourceLocation: location)
    let mounts = String(decoding: try FileTree.read("/proc/self/mounts"), as: UTF8.self)
    #expect(mounts.contains("overlay \(bench.folder)") == false, sourceLocation: location)
    for folder in ["\(home)/tmp", "\(home)/blobs"] where FileTree.exists(folder) {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.filter { $0 != "sha256" } == [], "\(moment)", sourceLocation: location)
    }
    let locks = "\(home)/locks"
    for name in try FileManager.default.contentsOfDirectory(atPath: locks) {
      if case .none = try FileLock.attempt("\(locks)/\(name)") {
        Issue.record("\(name) is locked: \(moment)", sourceLocation: location)
      }
    }
  }

  /// Only reads: a program that writes to the file, if only its log back into it, breaks its seals.
  private func query(_ database: String, _ sql: String) throws -> Set<String> {
    let path = database.hasPrefix("/") ? database : "\(home)/\(database)"
    let result = try bench.run("sqlite3", "-readonly", path, sql)
    try #require(result.succeeded, "\(result)")
    return Set(result.output.split(separator: "\n").map(String.init))
  }
}

enum Processes {
  /// Those that were started for a folder: the environment, arguments or root show it. Daemons of
  /// the tests do not count.
  static func naming(_ folder: String) throws -> [String] {
    let script = """
      for process in $(grep -lsF "$1" /proc/[0-9]*/environ /proc/[0-9]*/cmdline \
          /proc/[0-9]*/mountinfo | cut -d/ -f3 | sort -u); do
        [ "$process" = $$ ] || grep -qsaE 'docker-registry|^(sh|grep).-' /proc/$process/cmdline ||
          { [ -e /proc/$process/exe ] && echo $process; }
      done
      true
      """
    let result = try Program.run("sh", "-c", script, "sh", folder, scratch: folder)
    try #require(result.succeeded, "\(result)")
    return result.output.split(separator: "\n").map(String.init)
  }
}

import FileSystem
import Foundation
import OCI
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
      UNION SELECT lower(hex(name)) FROM contents WHERE kind = 0
      """)
    #expect(named.subtracting(blobs) == [], "named, not there: \(moment)", sourceLocation: location)
    let snapshots = Set(
      try FileManager.default.contentsOfDirectory(atPath: "\(home)/snapshots"))
    let unpacked = try query("store.db", "SELECT lower(hex(name)) FROM contents WHERE kind = 1")
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
    for name in names {
      let status = try FileStatus.of("\(folder)/\(name)", followLink: false)
      if status == seen[name] { continue }
      let digest = SHA256.digest(of: try FileTree.read("\(folder)/\(name)"))
      #expect(digest.hex == name, "not what its name says: \(moment)", sourceLocation: location)
      seen[name] = status
    }
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
  /// Those that were started for a folder: the environment, arguments or root show it.
  static func naming(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard let identifier = Int32(name), identifier != getpid() else { return false }
      return ["environ", "cmdline", "mountinfo"].contains { file in
        let bytes = (try? FileTree.read("/proc/\(name)/\(file)")) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains(folder) && !text.contains("docker-registry")
      }
    }
  }
}

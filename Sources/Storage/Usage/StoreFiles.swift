import Dispatch
import FileSystem
import OCI
import Synchronization

/// What lies in the store's folder, and what it takes on the disk. Knows nothing of what it is for.
struct StoreFiles: Sendable {
  /// Something with a name of its own.
  struct Entry: Sendable {
    let name: StoredItem.Name
    let path: String
    let status: FileStatus
    fileprivate(set) var bytes: Int64 = 0
  }

  private(set) var entries: [Entry] = []
  private(set) var database: Int64 = 0
  /// Everything that is no entry.
  private(set) var other: Int64 = 0

  var total: Int64 { entries.reduce(database + other) { $0 + $1.bytes } }

  /// - Parameters:
  ///   - size: What a folder takes, when that is known already.
  ///   - measured: Given what folders take that were measured.
  init(
    _ paths: StorePaths, _ usage: DiskUsage, size: (Entry) -> Int64?,
    measured: ([Entry]) throws -> Void
  ) throws {
    let parts = ["blobs", "snapshots", "cache-mounts", "runtime-cache"]
    other = try usage.ownBytes(of: paths.root)
    for name in try Self.names(in: paths.root) where !parts.contains(name) {
      try add(top: name, paths, usage)
    }
    try addBlobs(paths, usage)
    try addFolder("runtime-cache", paths, usage) { .file("runtime-cache/\($0)") }
    let start = entries.count
    try addFolder("snapshots", paths, usage, measures: false) {
      Digest(hex: $0).map { .snapshot($0) }
    }
    try addCacheMounts(paths, usage)
    try measure(entries[start...].indices, usage, size, measured)
  }

  private static func names(in directory: String) throws(FileError) -> [String] {
    do throws(FileError) {
      return try Directory.entries(of: directory).map { String(decoding: $0.name, as: UTF8.self) }
    } catch {
      if error.isNotFound { return [] }
      throw error
    }
  }

  private mutating func add(top name: String, _ paths: StorePaths, _ usage: DiskUsage) throws {
    let path = paths.root + "/" + name
    let bytes = try usage.bytes(of: path)
    let database = FileTree.lastComponent(of: paths.database)
    if name.hasPrefix(database + ".damaged"),
      let status = try FileStatus.of(path, followLink: false)
    {
      entries.append(
        Entry(name: .file(name), path: path, status: status, bytes: bytes))
    } else if name.hasPrefix(database) {
      self.database += bytes
    } else {
      other += bytes
    }
  }

  private mutating func addBlobs(_ paths: StorePaths, _ usage: DiskUsage) throws {
    let folder = paths.root + "/blobs"
    other += try usage.ownBytes(of: folder)
    for name in try Self.names(in: folder) where name != "sha256" {
      other += try usage.bytes(of: folder + "/" + name)
    }
    try addFolder("blobs/sha256", paths, usage) { Digest(hex: $0).map { .blob($0) } }
  }

  /// What stands in a folder under names that say what it is; what has another name is nobody's.
  private mutating func addFolder(
    _ folder: String, _ paths: StorePaths, _ usage: DiskUsage, measures: Bool = true,
    _ itemName: (String) -> StoredItem.Name?
  ) throws {
    let directory = paths.root + "/" + folder
    other += try usage.ownBytes(of: directory)
    for name in try Self.names(in: directory) {
      let path = directory + "/" + name
      guard let itemName = itemName(name) else {
        other += try usage.bytes(of: path)
        continue
      }
      guard let status = try FileStatus.of(path, followLink: false) else { continue }
      let bytes = measures ? try usage.bytes(of: path) : 0
      entries.append(
        Entry(name: itemName, path: path, status: status, bytes: bytes))
    }
  }

  /// `cache-mounts/<key>/<number>/data`, with locks beside.
  private mutating func addCacheMounts(_ paths: StorePaths, _ usage: DiskUsage) throws {
    other += try usage.ownBytes(of: paths.cacheMounts)
    for name in try Self.names(in: paths.cacheMounts) {
      let folder = paths.cacheMounts + "/" + name
      other += try usage.ownBytes(of: folder)
      for inner in try Self.names(in: folder) {
        let path = "\(folder)/\(inner)/data"
        guard let key = Digest(hex: name), let number = Int(inner),
          let status = try FileStatus.of(path, followLink: false)
        else {
          other += try usage.bytes(of: "\(folder)/\(inner)")
          continue
        }
        other += try usage.ownBytes(of: "\(folder)/\(inner)")
        entries.append(
          Entry(
            name: .cacheMount(key, number: number), path: path, status: status))
      }
    }
  }

  /// Folders are walked through on several threads, as the walk waits for the disk.
  private mutating func measure(
    _ folders: Range<Int>, _ usage: DiskUsage, _ size: (Entry) -> Int64?,
    _ measured: ([Entry]) throws -> Void
  ) throws {
    var unknown: [Int] = []
    for index in folders {
      if let bytes = size(entries[index]) {
        entries[index].bytes = bytes
      } else {
        unknown.append(index)
      }
    }
    let paths = unknown.map { entries[$0].path }
    let results = Mutex<[Result<Int64, FileError>?]>(Array(repeating: nil, count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { index in
      let result = Result { () throws(FileError) in try usage.bytes(of: paths[index]) }
      results.withLock { $0[index] = result }
    }
    for (index, result) in zip(unknown, results.withLock { $0 }) {
      entries[index].bytes = try result?.get() ?? 0
    }
    try measured(unknown.map { entries[$0] })
  }
}

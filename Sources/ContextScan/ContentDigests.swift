package import Diagnostics
import Dispatch
import FileSystem
import Glibc
package import OCI
import Synchronization

/// Where the digests of a context's files are kept between commands: a blob for each directory.
package protocol DigestStorage: Sendable {
  func records(of directory: [UInt8]) throws -> [UInt8]?
  func set(_ changed: [[UInt8]: [UInt8]]) throws
}

package enum ContextError: ReportableError, Equatable {
  /// Written to while it was read.
  case changedWhileReading(TreePath)
  /// A link that is to be followed, in a walk that has not seen everything.
  case linkLeadsOut(TreePath)
  /// A name that is not UTF-8: images cannot carry it everywhere.
  case unreadableName(directory: String)

  package var diagnostic: Diagnostic {
    switch self {
    case .changedWhileReading(let path):
      Diagnostic(
        id: "context-changed", "'\(path)' changes while it is being read",
        help: "stop what writes to it, or exclude it in '.dockerignore', then run the command again"
      )
    case .linkLeadsOut(let path):
      Diagnostic(id: "context-link", "the link '\(path)' leads out of what was looked at")
    case .unreadableName(let directory):
      Diagnostic(
        id: "unreadable-name", "a name in '\(directory)' is not UTF-8",
        help: "rename the file, or exclude its folder in '.dockerignore'")
    }
  }
}

/// What the files of a context contain. A file whose stat record is known is not read again.
package final class ContentDigests: Sendable {
  private typealias Known = [[UInt8]: DigestRecord]

  private let root: String
  private let storage: any DigestStorage
  private let directories = Mutex<[[UInt8]: Known]>([:])
  private let changed = Mutex<Set<[UInt8]>>([])
  /// What was said of racy files.
  private let told = Mutex<[TreePath: Digest]>([:])

  package init(root: String, storage: any DigestStorage) {
    self.root = root
    self.storage = storage
  }

  /// The digests of regular files, in their order; what is not known is read, by several threads.
  ///
  /// - Parameter context: The walk that `entries` come from; files that it calls racy are read, and
  ///   not remembered.
  /// - Throws: ``ContextError/changedWhileReading(_:)``, `FileError`.
  package func digests(of entries: [ContextEntry], in context: ContextTree) throws -> [Digest] {
    var found = try known(entries)
    let missing = found.indices.filter { found[$0] == nil }
    let read = try self.read(missing.map { entries[$0] })
    for (index, digest) in zip(missing, read) {
      found[index] = digest
      if context.isRacy(entries[index].status) {
        try expectSteady(entries[index], digest)
      } else {
        remember(entries[index], digest)
      }
    }
    return found.compactMap(\.self)
  }

  /// A racy file is read each time that somebody asks, and all of them must have been told the same:
  /// what is built would not be what was assessed.
  private func expectSteady(_ entry: ContextEntry, _ digest: Digest) throws {
    let before = told.withLock { $0.updateValue(digest, forKey: entry.path) }
    if let before, before != digest { throw ContextError.changedWhileReading(entry.path) }
  }

  /// Writes down what was learnt.
  package func save() throws {
    let names = changed.withLock { names in
      defer { names.removeAll() }
      return names
    }
    let blobs = directories.withLock { directories in
      Dictionary(
        uniqueKeysWithValues: names.map { ($0, DigestRecord.encode(directories[$0] ?? [:])) })
    }
    try storage.set(blobs)
  }

  /// The digests that need no reading; many are looked up by several threads.
  private func known(_ entries: [ContextEntry]) throws -> [Digest?] {
    let parts = entries.count < 4_096 ? 1 : min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let size = (entries.count + parts - 1) / parts
    let results = Mutex<[Int: Result<[Digest?], any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = min(part * size, entries.count)..<min((part + 1) * size, entries.count)
      let result = Result { try known(entries[range]) }
      results.withLock { $0[part] = result }
    }
    let found = results.withLock { $0 }
    return try (0..<parts).flatMap { try found[$0]?.get() ?? [] }
  }

  private func known(_ entries: ArraySlice<ContextEntry>) throws -> [Digest?] {
    // Entries of one directory come one after the other, mostly.
    var current: (directory: ArraySlice<UInt8>, known: Known)?
    return try entries.map { entry in
      let directory = entry.path.parentBytes
      if current.map({ !$0.directory.elementsEqual(directory) }) ?? true {
        current = (directory, try known(in: Array(directory)))
      }
      let record = current?.known[entry.path.name]
      return record.flatMap { $0.matches(entry.status) ? $0.digest : nil }
    }
  }

  private func known(in directory: [UInt8]) throws -> Known {
    if let known = directories.withLock({ $0[directory] }) { return known }
    let stored = try storage.records(of: directory).map(DigestRecord.decode) ?? [:]
    return directories.withLock { directories in
      // Another thread may have read it, and learnt more since.
      if let known = directories[directory] { return known }
      directories[directory] = stored
      return stored
    }
  }

  package func remember(_ entry: ContextEntry, _ digest: Digest) {
    let directory = entry.path.parent.bytes
    directories.withLock {
      $0[directory, default: [:]][entry.path.name] = DigestRecord(entry.status, digest)
    }
    changed.withLock { _ = $0.insert(directory) }
  }

  private func read(_ entries: [ContextEntry]) throws -> [Digest] {
    let results = Mutex<[Int: Result<Digest, any Error>]>([:])
    // A few files are read faster than threads are started for them.
    let parts = entries.count < 16 ? 1 : min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      for index in stride(from: part, to: entries.count, by: parts) {
        let result = Result { try Self.digest(of: entries[index], root: root) }
        results.withLock { $0[index] = result }
      }
    }
    let found = results.withLock { $0 }
    return try entries.indices.compactMap { try found[$0]?.get() }
  }

  /// Reads a file, and makes sure that it was the one that was walked, from start to end.
  package static func digest(of entry: ContextEntry, root: String) throws -> Digest {
    let file = try open(entry, root: root)
    guard try file.status() == entry.status else {
      throw ContextError.changedWhileReading(entry.path)
    }
    var hash = SHA256()
    let size = max(1, min(Int(entry.status.size) + 1, 1 << 18))
    try withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer in
      while true {
        let count = try file.read(into: buffer)
        if count == 0 { break }
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    guard try file.status() == entry.status else {
      throw ContextError.changedWhileReading(entry.path)
    }
    return hash.finalize()
  }

  /// A file that is gone, or a link now, has changed like any other.
  private static func open(_ entry: ContextEntry, root: String) throws -> File {
    do throws(FileError) {
      return try File.open(
        root + entry.path.description, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch {
      guard error.isNotFound || error.errno == ELOOP else { throw error }
      throw ContextError.changedWhileReading(entry.path)
    }
  }
}

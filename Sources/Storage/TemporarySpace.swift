import FileSystem
import Glibc

/// The part of the store's `tmp/` that belongs to this process.
///
/// A lock that the kernel keeps says that the owner lives. Whoever comes later removes what has no
/// owner any more, so that a killed process leaves nothing for long.
final class TemporarySpace: Sendable {
  let path: String
  /// None in a store that cannot be written: there whatever is made fails, and says so.
  private let lock: FileLock?
  let isOwn: Bool

  init(readOnly directory: String) {
    path = directory
    lock = nil
    isOwn = false
  }

  init(in directory: String) throws {
    Self.removeAbandoned(in: directory)
    while true {
      let name = "\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
      let made = try FileLock.acquire("\(directory)/\(name).lock")
      // Somebody may have taken the file away in the moment before it was locked.
      guard FileTree.exists("\(directory)/\(name).lock") else { continue }
      path = directory + "/" + name
      lock = consume made
      isOwn = true
      break
    }
    try FileTree.makeDirectories(path, permissions: 0o700)
  }

  deinit {
    guard isOwn else { return }
    try? FileTree.remove(path)
    try? FileTree.removeFile(path + ".lock")
  }

  func makeDirectory(_ purpose: String) throws -> String {
    let made = "\(path)/\(purpose)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    try FileTree.makeDirectories(made, permissions: 0o700)
    return made
  }

  private static func removeAbandoned(in directory: String) {
    let names = ((try? Directory.entries(of: directory)) ?? []).map {
      String(decoding: $0.name, as: UTF8.self)
    }
    for name in names where name.hasSuffix(".lock") {
      guard let lock = try? FileLock.attempt(directory + "/" + name) else { continue }
      // What cannot be removed now keeps its lock file, for the next one to try.
      if (try? FileTree.remove(directory + "/" + name.dropLast(5))) != nil {
        try? FileTree.removeFile(directory + "/" + name)
      }
      _ = consume lock
    }
  }
}

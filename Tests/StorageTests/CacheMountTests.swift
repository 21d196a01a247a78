import FileSystem
import OCI
import TestSupport
import Testing

@testable import Storage

/// Directories that commands keep, and their locks. Each lock is on a file opened anew, so that two
/// in one process are as apart as two processes are.
struct CacheMountTests {
  private static let key = SHA256.digest(of: "a cache")

  private static func store(_ scratch: Scratch) throws -> Store {
    try Store(at: StorePaths(root: scratch("store")))
  }

  @Test func staysAndIsFurnishedOnce() throws {
    let scratch = try Scratch()
    let store = try Self.store(scratch)
    var furnished = 0
    for _ in 0..<3 {
      let mount = try store.cacheMount(Self.key, .locked, furnish: { _ in furnished += 1 })
      #expect(mount.directory == scratch("store/cache-mounts/\(Self.key.hex)/0/data"))
      #expect(FileTree.exists(mount.directory))
    }
    #expect(furnished == 1)
  }

  /// What was being made when its maker ended has not the name yet.
  @Test func oneThatIsHalfMadeIsMadeAnew() throws {
    let scratch = try Scratch()
    let store = try Self.store(scratch)
    struct Stopped: Error {}
    #expect(throws: Stopped.self) {
      try store.cacheMount(
        Self.key, .locked,
        furnish: { directory in
          try FileTree.replace(directory + "/half", with: [])
          throw Stopped()
        })
    }
    let mount = try store.cacheMount(Self.key, .locked)
    #expect(try Directory.entries(of: mount.directory).isEmpty)
  }

  @Test func theSharedIsOneAndThePrivateIsAnother() throws {
    let store = try Self.store(try Scratch())
    let first = try store.cacheMount(Self.key, .shared)
    let second = try store.cacheMount(Self.key, .shared) { Issue.record("it waits") }
    #expect(first.directory == second.directory)
    let third = try store.cacheMount(Self.key, .alone)
    let fourth = try store.cacheMount(Self.key, .alone)
    #expect(Set([first, third, fourth].map(\.directory)).count == 3)
    withExtendedLifetime((first, second, third)) {}
  }

  @Test func aPrivateOneIsUsedAgain() throws {
    let store = try Self.store(try Scratch())
    let directories = try (0..<3).map { _ in
      try store.cacheMount(Self.key, .alone).directory
    }
    #expect(Set(directories).count == 1)
  }
}

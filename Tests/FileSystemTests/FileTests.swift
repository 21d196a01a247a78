import Diagnostics
import Glibc
import TestSupport
import Testing

@testable import FileSystem

struct FileTests {
  @Test func readsWhatWasWritten() throws {
    let scratch = try Scratch()
    let text = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
    do {
      let file = try File.create(scratch("f"), permissions: 0o600)
      try file.write(text)
      try file.synchronize()
      #expect(try file.status().size == 300_000)
    }
    #expect(try File.open(scratch("f")).readToEnd() == text)
    #expect(throws: FileError("open", scratch("f"), errno: EEXIST)) {
      _ = try File.create(scratch("f"))
    }
  }

  @Test func readsAtAnyPlace() throws {
    let scratch = try Scratch()
    try scratch.write("f", "0123456789")
    let file = try File.open(scratch("f"))
    var buffer = [UInt8](repeating: 0, count: 4)
    func read(at offset: Int64) throws -> String {
      let count = try buffer.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
    #expect(try read(at: 3) == "3456")
    #expect(try read(at: 8) == "89")
    #expect(try read(at: 10) == "")
    #expect(try file.readToEnd() == Array("0123456789".utf8))
    #expect(try file.readToEnd() == [])
  }

  @Test func isClosedWhenNobodyHasIt() throws {
    let scratch = try Scratch()
    let descriptor: Int32
    do {
      let file = try File.create(scratch("f"))
      descriptor = file.descriptor
      #expect(fcntl(descriptor, F_GETFD) == FD_CLOEXEC)
    }
    var status = stat()
    let isGone = fstat(descriptor, &status) != 0 || status.st_nlink != 1 || status.st_size != 0
    // Another test may have got the number since; then it is another file.
    var mine = stat()
    stat(scratch("f"), &mine)
    #expect(isGone || status.st_ino != mine.st_ino)
  }

  @Test func saysWhatAFileIs() throws {
    let scratch = try Scratch()
    try scratch.write("f", "abc")
    symlink("f", scratch("l"))
    mkfifo(scratch("p"), 0o640)
    chmod(scratch("f"), 0o6755)
    let file = try #require(try FileStatus.of(scratch("f"), followLink: false))
    #expect(file.kind == .file && file.size == 3 && file.permissions == 0o6755)
    #expect(file.linkCount == 1 && file.uid == getuid())
    #expect(try FileStatus.of(scratch("l"), followLink: false)?.kind == .symlink)
    #expect(try FileStatus.of(scratch("l"), followLink: true) == file)
    #expect(try FileStatus.of(scratch("p"), followLink: false)?.kind == .fifo)
    #expect(try FileStatus.of(scratch.path, followLink: false)?.kind == .directory)
    #expect(try FileStatus.of("/dev/null", followLink: false)?.kind == .characterDevice)
    #expect(try FileStatus.of("/dev/null", followLink: false)?.deviceMajor == 1)
    #expect(try FileStatus.of("/dev/null", followLink: false)?.deviceMinor == 3)
    #expect(try FileStatus.of(scratch("none"), followLink: false) == nil)
    #expect(try FileStatus.of(scratch("f/none"), followLink: false) == nil)
    symlink("loop", scratch("loop"))
    #expect(throws: FileError.self) { try FileStatus.of(scratch("loop"), followLink: true) }
  }

  @Test func listsADirectory() throws {
    let scratch = try Scratch()
    for index in 0..<2_000 { mknod(scratch("f\(index)"), S_IFREG | 0o600, 0) }
    symlink("x", scratch("link"))
    mkdir(scratch("dir"), 0o700)
    let directory = try Directory.open(scratch.path)
    let entries = try directory.entries()
    #expect(Set(entries.map(\.name)).count == 2_002)
    #expect(try directory.entries().count == 2_002)
    for entry in entries.suffix(20) {
      let status = try #require(try directory.status(of: entry.name))
      #expect(entry.kind == nil || entry.kind == status.kind)
    }
    #expect(try directory.status(of: Array("none".utf8)) == nil)
    #expect(throws: FileError.self) { _ = try directory.open(Array("link".utf8)) }
    #expect(throws: FileError.self) { _ = try Directory.open(scratch("f1")) }
  }

  @Test(arguments: [
    (ENOSPC, "disk-full", true), (ENOENT, "file-error", false), (EACCES, "file-error", true),
  ])
  func errorsSayWhatToDo(code: Int32, id: String, helps: Bool) {
    let error = FileError("write", "some/file", errno: code)
    #expect(error.diagnostic.id == id)
    #expect(error.diagnostic.message.hasPrefix("cannot write 'some/file': "))
    #expect((error.diagnostic.help != nil) == helps)
    #expect(error.isNotFound == (code == ENOENT))
  }
}

struct FileLockTests {
  /// flock(2) locks belong to an open file: two in one process exclude each other as two processes
  /// do.
  @Test func excludesOthers() throws {
    let scratch = try Scratch()
    let path = scratch("lock")
    do {
      let held = try FileLock.acquire(path)
      #expect(try !Self.isFree(path))
      #expect(try !Self.isFree(path, .shared))
      _ = consume held
    }
    do {
      let held = try FileLock.acquire(path, .shared)
      #expect(try Self.isFree(path, .shared))
      #expect(try !Self.isFree(path))
      _ = consume held
    }
    #expect(try Self.isFree(path))
    #expect(FileTree.exists(path))
  }

  private static func isFree(_ path: String, _ mode: FileLock.Mode = .exclusive) throws -> Bool {
    guard let lock = try FileLock.attempt(path, mode) else { return false }
    _ = consume lock
    return true
  }

  @Test func saysWhenItWaits() throws {
    let scratch = try Scratch()
    let path = scratch("lock")
    // A descriptor as another process would have one.
    let other = open(path, O_RDWR | O_CREAT, 0o600)
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    var waits = 0
    // The other's lock ends while this side is about to wait for it.
    let second = try FileLock.acquire(path) {
      waits += 1
      close(other)
    }
    #expect(waits == 1)
    _ = consume second
    let third = try FileLock.acquire(path) { waits += 1 }
    #expect(waits == 1)
    _ = consume third
  }

  @Test func aWaitCanBeGivenUp() throws {
    let scratch = try Scratch()
    let held = try FileLock.acquire(scratch("lock"), .shared)
    var asked = 0
    let error = #expect(throws: FileError.self) {
      _ = try FileLock.acquire(
        scratch("lock"),
        isCancelled: {
          asked += 1
          return asked == 3
        })
    }
    #expect(error?.isCancelled == true)
    _ = consume held
  }

  @Test func exchangesTwoNames() throws {
    let scratch = try Scratch()
    try FileTree.makeDirectories(scratch("a"))
    try FileTree.replace(scratch("b"), with: [1])
    try FileTree.exchange(scratch("a"), scratch("b"))
    #expect(try FileTree.read(scratch("a")) == [1])
    #expect(try Directory.entries(of: scratch("b")).isEmpty)
  }

  @Test func failsWhereItCannotBe() throws {
    let scratch = try Scratch()
    #expect(throws: FileError.self) { _ = try FileLock.acquire(scratch("none/lock")) }
    #expect(throws: FileError.self) { _ = try FileLock.attempt(scratch("none/lock")) }
  }
}

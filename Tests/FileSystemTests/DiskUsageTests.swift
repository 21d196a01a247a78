import FileSystem
import Glibc
import TestSupport
import Testing

struct DiskUsageTests {
  @Test func countsBlocksAsTheSystemDoes() throws {
    let scratch = try Scratch()
    try scratch.write("tree/small", "x")
    try scratch.write("tree/a/b/c/large", String(repeating: "0123456789", count: 20_000))
    try scratch.write("tree/a/d/other", "y")
    try FileTree.makeDirectories(scratch("tree/a/empty/e"))
    symlink("nowhere", scratch("tree/link"))
    link(scratch("tree/a/b/c/large"), scratch("tree/again"))
    let sparse = try File.create(scratch("tree/sparse"))
    #expect(ftruncate(sparse.descriptor, 1 << 30) == 0)
    let bytes = try DiskUsage().bytes(of: scratch("tree"))
    #expect(try bytes == said(of: scratch("tree")) && bytes > 200_000 && bytes < 1 << 24)
  }

  /// What du(1) says, in bytes.
  private func said(of path: String) throws -> Int64 {
    let pipe = popen("du -s --block-size=1 '\(path)'", "r")
    defer { pclose(pipe) }
    var line = [CChar](repeating: 0, count: 200)
    fgets(&line, 200, pipe)
    let digits = line.prefix { $0 != 9 }.map(UInt8.init(bitPattern:))
    return try #require(Int64(String(decoding: digits, as: UTF8.self)))
  }

  @Test func goesDownAndUpAgain() throws {
    let scratch = try Scratch()
    var path = scratch.path
    for level in 0..<300 {
      try FileTree.makeDirectories(path + "/beside/below")
      try FileTree.replace(path + "/file", with: [UInt8](repeating: 1, count: level * 100))
      path += "/d"
    }
    #expect(try DiskUsage().bytes(of: scratch.path) == said(of: scratch.path))
  }

  @Test func countsAFileWithTwoNamesOnce() throws {
    let scratch = try Scratch()
    try scratch.write("one/file", String(repeating: "x", count: 100_000))
    try FileTree.makeDirectories(scratch("two"))
    link(scratch("one/file"), scratch("two/file"))
    let usage = DiskUsage()
    let children = try usage.children(of: scratch.path)
    #expect(children.count == 2)
    let whole = try DiskUsage().bytes(of: scratch.path)
    #expect(whole - children.reduce(0) { $0 + $1.bytes } < 10_000)
    #expect(children.contains { $0.bytes < 20_000 })
  }

  @Test func nothingThereTakesNothing() throws {
    let scratch = try Scratch()
    #expect(try DiskUsage().bytes(of: scratch("none")) == 0)
    #expect(try DiskUsage().children(of: scratch("none")).isEmpty)
  }
}

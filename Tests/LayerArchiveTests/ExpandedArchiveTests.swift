import FileSystem
import LayerArchive
import OCI
import Testing

@Suite struct ExpandedArchiveTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func expand(_ name: String, below destination: String = "") throws -> ExpandedArchive? {
    let size = try FileStatus.of(bench(name), followLink: false)?.size ?? 0
    return try ExpandedArchive.expand(
      .file(path: bench(name)), named: TreePath(name), size: size, below: TreePath(destination),
      spoolDirectory: bench.path)
  }

  private func expand(_ bytes: [UInt8], below destination: String = "") throws -> ExpandedArchive? {
    try bench.write("x.tar", bytes)
    return try expand("x.tar", below: destination)
  }

  private static let programs = [
    "": "cat", ".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd",
  ]

  @Test(arguments: programs) func findsTheCompressionByContent(suffix: String, program: String)
    throws
  {
    guard Workbench.has("echo | \(program) -c") || program == "cat" else { return }
    try bench.shell(
      """
      mkdir -p t/d && printf hello >t/d/f && ln t/d/f t/a && ln -s d/f t/l && chmod 751 t/d
      tar cf - --owner=7 --group=8 -C t . | \(program) >archive
      """)
    let archive = try #require(try expand("archive", below: "opt/x"))
    #expect(
      archive.entries.map(\.path.description)
        == ["/opt/x", "/opt/x/a", "/opt/x/d", "/opt/x/d/f", "/opt/x/l"])
    #expect(archive.archiveDigest == SHA256.digest(of: try bench.read("archive")))
    let file = archive.entries[1]
    #expect(file.kind == .file && file.uid == 7 && file.gid == 8 && file.size == 5)
    #expect(archive.entries[3].link == Array("opt/x/a".utf8))
    #expect(archive.entries[2].permissions == 0o751)
    let blob = MemoryBlob()
    let writer = LayerWriter(into: blob)
    try writer.append(directory("opt").entry)
    for (index, entry) in archive.entries.enumerated() {
      try writer.append(entry, content: archive.content(of: index))
    }
    let layer = try writer.finish()
    #expect(layer.index.entry(at: TreePath("opt/x/d/f"))?.content == SHA256.digest(of: "hello"))
    #expect(try read(blob.bytes).index == layer.index)
    #expect(try Directory.entries(of: bench.path).count == 2)
  }

  @Test func whatIsNoArchiveIsAFile() throws {
    var noTar = [UInt8](repeating: 0x61, count: 2000)
    #expect(try expand(noTar) == nil)
    #expect(try expand([]) == nil)
    #expect(try expand([UInt8](repeating: 0, count: 1024)) == nil)
    #expect(try expand([0x1f, 0x8b, 8, 1, 2, 3]) == nil)
    noTar[0] = 0x42
    noTar[1] = 0x5a
    noTar[2] = 0x68
    #expect(try expand(noTar) == nil)
    try bench.shell("echo text | gzip >text.gz")
    #expect(try expand("text.gz") == nil)
  }

  @Test func damageIsAnError() throws {
    var tar = TarBytes()
    tar.add("a", content: [1, 2, 3])
    tar.add("b", content: [1], size: "00000100000")
    #expect(throws: ArchiveError.self) { try expand(tar.bytes) }
  }

  @Test func namesStayBelowTheDestination() throws {
    var tar = TarBytes()
    tar.add("../../../etc/passwd", content: [1])
    tar.add("/abs", content: [2])
    tar.add("l", type: "2", link: "/etc")
    let archive = try #require(try expand(tar.end(), below: "srv"))
    #expect(archive.entries.map(\.path.description) == ["/srv/abs", "/srv/etc/passwd", "/srv/l"])
    #expect(archive.entries[2].link == Array("/etc".utf8))
    tar = TarBytes()
    tar.add("l", type: "2", link: "/etc")
    tar.add("l/passwd", content: [1])
    #expect(
      throws: ArchiveError.parentIsNoDirectory(TreePath("l/passwd"), parent: TreePath("l"))
    ) { try expand(tar.end(), below: "srv") }
    tar = TarBytes()
    tar.add("x", type: "1", link: "../../etc/passwd")
    #expect(
      throws: ArchiveError.missingLinkTarget(TreePath("x"), target: TreePath("etc/passwd"))
    ) { try expand(tar.end(), below: "srv") }
    tar = TarBytes()
    tar.add(".wh.x")
    #expect(throws: ArchiveError.reservedName(TreePath(".wh.x"))) { try expand(tar.end()) }
  }

  @Test func laterEntriesCount() throws {
    var tar = TarBytes()
    tar.add("a", content: [1])
    tar.add("b", type: "1", link: "a")
    tar.add("a", content: [2, 3])
    let archive = try #require(try expand(tar.end()))
    #expect(archive.entries.map(\.kind) == [.file, .file])
    #expect(archive.entries.map(\.size) == [2, 1])
    guard case .reader(let read) = archive.content(of: 1) else {
      Issue.record("content is read from the spool")
      return
    }
    var byte: [UInt8] = [0, 0]
    #expect(try byte.withUnsafeMutableBytes { try read(0, $0) } == 1)
    #expect(byte == [1, 0])
  }
}

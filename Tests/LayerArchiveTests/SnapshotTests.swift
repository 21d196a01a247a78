import FileSystem
import LayerArchive
import OCI
import Testing

/// What unpacking leaves on disk.
@Suite(.enabled(if: Workbench.isRoot, "only root can give files away"))
struct SnapshotTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.makeDirectory("s")
  }

  private func unpack(
    _ bytes: [UInt8], _ type: MediaType = .layerGzip, form: OverlayForm = .privileged,
    over base: [LayerIndex] = [], lower: [String] = []
  ) throws {
    let target = SnapshotTarget(directory: bench("s"), form: form, lowerDirectories: lower)
    _ = try read(bytes, type, into: target, over: base)
  }

  private func stat(_ names: String, _ format: String = "%n %F %a %u %Y") throws -> String {
    try bench.shell("cd s && stat -c '\(format)' \(names)")
  }

  @Test func keepsWhatTheLayerSays() throws {
    let (_, bytes) = try pack([
      directory("", permissions: 0o751), directory("d", permissions: 0o2700, uid: 7),
      file("d/f", "abc", permissions: 0o4711, uid: 8), link("d/g", to: "d/f"),
      symlink("d/l", to: "/nowhere"), directory("e", permissions: 0o1777), file("e/x"),
    ])
    try unpack(bytes)
    #expect(
      try stat(". d d/f d/l e") == """
        . directory 751 0 315532800
        d directory 2700 7 315532800
        d/f regular file 4711 8 315532800
        d/l symbolic link 777 0 315532800
        e directory 1777 0 315532800

        """)
    #expect(try stat("d/f d/g", "%h %s") == "2 3\n2 3\n")
    #expect(try bench.shell("cat s/d/g; readlink s/d/l") == "abc/nowhere\n")
  }

  @Test(arguments: [OverlayForm.privileged, .user]) func marks(form: OverlayForm) throws {
    let (_, bytes) = try pack([
      directory("d", isOpaque: true), whiteout("gone"), whiteout("never"),
    ])
    try unpack(bytes, form: form, over: [LayerIndex([file("gone"), directory("d")])])
    #expect(try stat("gone", "%F %t %T") == "character special file 0 0\n")
    #expect(!FileTree.exists(bench("s/never")))
    let prefix = form == .privileged ? "trusted" : "user"
    let script = "import os; print(os.getxattr(\"s/d\", \"\(prefix).overlay.opaque\"))"
    #expect(try bench.shell("python3 -c '\(script)'") == "b'y'\n")
  }

  @Test func parentsThatTheLayerLacksAreThoseBelow() throws {
    var tar = TarBytes()
    tar.add("root/.cache/x", content: [1])
    tar.add("new/y")
    let base = LayerIndex([
      directory("", permissions: 0o711), directory("root", permissions: 0o700, uid: 5),
    ])
    try unpack(tar.end(), .layer, over: [base])
    #expect(
      try stat(". root root/.cache new", "%n %a %u") == """
        . 711 0
        root 700 5
        root/.cache 755 0
        new 755 0

        """)
  }

  @Test func timesAndLaterEntries() throws {
    var tar = TarBytes()
    tar.add("d", type: "5", mode: "0000755")
    tar.add("d/old", content: [1])
    tar.add("d/sub/deep", content: [1])
    tar.add("d", content: Array("file".utf8))
    tar.addRecords([("mtime", Array("1234567890.123456789".utf8))])
    tar.add("f", content: [1])
    tar.add("f", content: [2, 3])
    try unpack(tar.end(), .layer)
    #expect(try stat("d f", "%n %F %s %y %Y").contains("d regular file 4 "))
    #expect(try stat("f", "%s %Y") == "2 1733137024\n")
    tar = TarBytes()
    tar.addRecords([("mtime", Array("-2".utf8))])
    tar.add("early", type: "5", mode: "0000755")
    try unpack(tar.end(), .layer)
    #expect(try stat("early", "%Y") == "-2\n")
  }

  @Test func capabilitiesSurviveTheChangeOfOwner() throws {
    let value: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
    var item = file("ping", "x", permissions: 0o755, uid: 9)
    item.entry.attributes = [.init(name: "security.capability", value: value)]
    try unpack(try pack([item]).bytes)
    let script = "import os; print(list(os.getxattr(\"s/ping\", \"security.capability\")))"
    let found = try bench.shell("python3 -c '\(script)'")
    #expect(found == "\(value)\n")
  }

  @Test(.enabled(if: Workbench.has("tar --version"), "needs GNU tar"))
  func sparseFilesStaySparse() throws {
    try bench.shell(
      """
      for f in gnu posix; do truncate -s 50M $f; printf abc | dd of=$f bs=1 seek=20000000 conv=notrunc
      tar --format=$f -S -cf $f.tar $f; done
      """)
    for name in ["gnu", "posix"] {
      let layer = bench("\(name).tar")
      try unpack(FileTree.read(layer), .layer)
      try bench.shell("cmp \(name) s/\(name)")
      #expect(try #require(Int(stat(name, "%b").dropLast())) < 1000)
    }
  }

  @Test func linksToFilesBelowAreCopied() throws {
    try bench.write("lower/top/unrelated", "")
    try bench.write("lower/bottom/d/a", "abc")
    var tar = TarBytes()
    tar.add("b", type: "1", link: "d/a")
    let base = [LayerIndex([directory("d"), file("d/a", "abc", permissions: 0o640, uid: 5)])]
    let bytes = tar.end()
    #expect(
      throws: ArchiveError.missingLinkTarget(TreePath("b"), target: TreePath("d/a"))
    ) { try unpack(bytes, .layer, over: base) }
    try unpack(
      bytes, .layer, over: base, lower: [bench("lower/top"), bench("lower/bottom")])
    #expect(try stat("b", "%s %a %u") == "3 640 5\n")
  }

  @Test func namesAreBytes() throws {
    var tar = TarBytes()
    tar.addRecords([
      ("path", [0x63, 0x61, 0x66, 0x65, 0xcc, 0x81]), ("hdrcharset", Array("BINARY".utf8)),
    ])
    tar.add("decomposed")
    tar.addRecords([("path", [0xff, 0xfe, 0x61])])
    tar.add("no text")
    let bytes = tar.end()
    try unpack(bytes, .layer)
    let names = try Directory.entries(of: bench("s")).map(\.name).sorted { $0[0] < $1[0] }
    #expect(names == [[0x63, 0x61, 0x66, 0x65, 0xcc, 0x81], [0xff, 0xfe, 0x61]])
    let index = try read(bytes, .layer).index
    // And written again, they are the same.
    let again = try pack(index.entries.map { ($0, []) })
    #expect(try read(again.bytes).index == index)
  }
}

import LayerArchive
import OCI
import Testing

/// Other programs read what is written here.
@Suite struct LayerInteropTests {
  private static let long = String(repeating: "long-", count: 30)

  private static let items: [Item] = [
    directory(""), directory("bin"), file("bin/su", "x", permissions: 0o4755, uid: 12),
    link("bin/su2", to: "bin/su"), symlink("bin/sh", to: "/usr/bin/dash"),
    directory(long, permissions: 0o1777), file("\(long)/\(long)", "deep"),
    file("\(long)/\(long)\(long.prefix(80))", "too deep for ustar"),
    file("tagged", "t", uid: 3_000_000, attributes: [("user.note", "one\ntwo")]),
    symlink("to", to: String(repeating: "a/", count: 80)), whiteout("was"), file("ünï", "ö"),
  ].sorted { $0.entry.path < $1.entry.path }

  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("layer.tar.gz", pack(Self.items).bytes)
  }

  @Test func gzipAndTarList() throws {
    try bench.shell("gzip -t layer.tar.gz")
    let names = try bench.shell("LC_ALL=C.UTF-8 tar tf layer.tar.gz --quoting-style=literal")
    #expect(
      names.split(separator: "\n").map(String.init)
        == Self.items.map { entry, _ in
          switch entry.kind {
          case .directory: entry.path.isRoot ? "./" : "\(entry.path)/".dropFirst().description
          case .whiteout: ".wh.was"
          default: String("\(entry.path)".dropFirst())
          }
        })
  }

  @Test(.enabled(if: Workbench.isRoot, "only root can give files away"))
  func tarExtracts() throws {
    try bench.shell("mkdir x && tar xf layer.tar.gz -C x --numeric-owner --xattrs")
    let format = "stat -c '%a %u %h %Y'"
    #expect(try bench.shell("\(format) x/bin/su") == "4755 12 2 315532800\n")
    #expect(try bench.shell("\(format) x/tagged") == "644 3000000 1 315532800\n")
    #expect(try bench.shell("\(format) x/\(Self.long)") == "1777 0 2 315532800\n")
    #expect(try bench.shell("readlink x/bin/sh x/to").hasPrefix("/usr/bin/dash\na/a/"))
    #expect(try bench.shell("cat x/\(Self.long)/*") == "deeptoo deep for ustar")
    let value = "python3 -c 'import os; print(os.getxattr(\"x/tagged\", \"user.note\"))'"
    #expect(try bench.shell(value) == "b'one\\ntwo'\n")
  }

  @Test(.enabled(if: Workbench.has("python3 -c 'import tarfile'"), "needs python3"))
  func pythonReads() throws {
    try bench.write(
      "list.py",
      """
      import gzip, hashlib, tarfile
      data = gzip.open("layer.tar.gz").read()
      print("sha256:" + hashlib.sha256(data).hexdigest())
      for m in tarfile.open("layer.tar.gz", "r:gz"):
          print(m.name, oct(m.mode), m.uid, m.size, m.type.decode(), int(m.mtime), m.uname,
                m.linkname, dict(m.pax_headers).get("SCHILY.xattr.user.note"), sep="|")
      """)
    let lines = try bench.shell("python3 list.py").split(separator: "\n").map(String.init)
    #expect(lines[0] == (try pack(Self.items).layer.diffID.description))
    #expect(lines.contains("bin/su|0o4755|12|1|0|315532800|||None"))
    #expect(lines.contains("bin/su2|0o4755|12|0|1|315532800||bin/su|None"))
    #expect(lines.contains("ünï|0o644|0|2|0|315532800|||None"))
    #expect(lines.contains { $0.hasPrefix("\(Self.long)/\(Self.long)\(Self.long.prefix(80))|") })
    #expect(lines.count == Self.items.count + 2)
  }
}

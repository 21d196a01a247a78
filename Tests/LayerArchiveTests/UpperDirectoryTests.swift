import FileSystem
import LayerArchive
import OCI
import Testing

/// Upper directories as an overlay leaves them, made by hand.
@Suite(.enabled(if: Workbench.isRoot, "only root can make whiteouts and trusted attributes"))
struct UpperDirectoryTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.shell("mkdir -m 755 u s")
  }

  private func pack(
    over base: [Item] = [directory("")], form: OverlayForm = .privileged,
    mountPoints: [String] = []
  ) throws -> (layer: WrittenLayer, bytes: [UInt8])? {
    let blob = MemoryBlob()
    let writer = LayerWriter(into: blob)
    let hasChanges = try UpperDirectory.pack(
      directory: bench("u"), over: RootTree(layers: [LayerIndex(base)]), form: form,
      mountPoints: Set(mountPoints.map { TreePath($0) }), into: writer)
    #expect(hasChanges != writer.isEmpty)
    return hasChanges ? (try writer.finish(), blob.bytes) : nil
  }

  private func paths(_ result: (layer: WrittenLayer, bytes: [UInt8])?) -> [String] {
    result?.layer.index.entries.map(\.path.description) ?? []
  }

  private func attribute(_ path: String, _ name: String, _ value: String) throws {
    try bench.shell("python3 -c 'import os; os.setxattr(\"\(path)\", \"\(name)\", b\"\(value)\")'")
  }

  @Test func nothingIsNothing() throws {
    #expect(try pack() == nil)
  }

  /// What was made to mount on is gone, unless the command put something there.
  @Test func emptyMountPointsAreNoChange() throws {
    try bench.shell("cd u; mkdir -p -m 700 a/b c/d e; touch a/file c/kept f; echo x >written")
    let points = ["a", "a/b", "a/file", "c", "c/d", "f", "written"]
    let result = try pack(mountPoints: points)
    #expect(paths(result) == ["/", "/c", "/c/kept", "/e", "/written"])
    #expect(!FileTree.exists(bench("u/a")) && !FileTree.exists(bench("u/c/d")))
  }

  @Test func everyKindOfChange() throws {
    try bench.shell(
      """
      cd u; mkdir -p d/e; echo hi >d/e/f; ln d/e/f d/g; ln -s x d/l; mkfifo p; mknod w c 0 0
      mknod dev c 1 3; truncate -s 1M holes
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
      """)
    let result = try #require(try pack(over: [directory(""), file("w")]))
    let index = result.layer.index
    #expect(
      paths(result) == ["/", "/d", "/d/e", "/d/e/f", "/d/g", "/d/l", "/dev", "/holes", "/p", "/w"])
    #expect(index.entry(at: TreePath("d/g"))?.link == Array("d/e/f".utf8))
    #expect(index.entry(at: TreePath("w"))?.kind == .whiteout)
    #expect(index.entry(at: TreePath("dev"))?.deviceMinor == 3)
    #expect(!FileTree.exists(bench("u/sock")))
    #expect(try bench.shell("find u -printf '%T@\\n' | sort -u") == "315532800.0000000000\n")
    #expect(try read(result.bytes, over: [LayerIndex([file("w")])]).index == index)
  }

  @Test func whatIsEqualIsLeftOut() throws {
    let base = [
      directory(""), directory("d", permissions: 0o700), file("d/same", "abc"),
      file("d/mode", "abc"), file("d/text", "abc"), symlink("d/l", to: "x"),
      directory("touched"), file("touched/f", "abc"),
    ]
    try bench.shell(
      """
      cd u; mkdir -m 700 d; mkdir touched; for f in same mode; do printf abc >d/$f; done
      chmod 600 d/mode; printf abd >d/text; ln -s x d/l; printf abc >touched/f
      """)
    let result = try pack(over: base)
    #expect(paths(result) == ["/", "/d", "/d/mode", "/d/text"])
    // What is left is what the layer says.
    #expect(try bench.shell("cd u; find . | sort") == ".\n./d\n./d/mode\n./d/text\n")
  }

  @Test func onlyTouchedIsNoLayer() throws {
    try bench.shell("cd u; mkdir -p a/b; printf x >a/b/f")
    let base = [directory(""), directory("a"), directory("a/b"), file("a/b/f", "x")]
    #expect(try pack(over: base) == nil)
  }

  @Test func opaqueMeansSomethingOnlyOverADirectory() throws {
    try bench.shell(
      "cd u; mkdir -p new old/in; mknod old/w c 0 0; mknod new/w c 0 0; touch old/in/f")
    for path in ["u/new", "u/old", "u/old/in"] {
      try attribute(path, "trusted.overlay.opaque", "y")
    }
    try attribute("u/old/in/f", "trusted.overlay.origin", "?")
    let base = [directory(""), directory("old"), directory("old/in"), file("old/w")]
    let index = try #require(try pack(over: base)).layer.index
    #expect(index.entries.filter(\.isOpaque).map(\.path) == [TreePath("old")])
    #expect(index.entries.map(\.kind).contains(.whiteout) == false)
    let list =
      "import os; print(*[os.listxattr(p) for p in (\"u/new\", \"u/old\", \"u/old/in\", \"u/old/in/f\")])"
    #expect(
      try bench.shell("python3 -c '\(list)'") == "[] ['trusted.overlay.opaque'] [] []\n")
    #expect(try bench.shell("find u -type c").isEmpty)
  }

  @Test func whiteoutsInTheFormOfUsers() throws {
    try bench.shell("touch u/w u/empty")
    try attribute("u/w", "user.overlay.whiteout", "y")
    try attribute("u/empty", "user.mine", "y")
    let index = try #require(try pack(over: [directory(""), file("w")], form: .user)).layer.index
    #expect(index.entry(at: TreePath("w"))?.kind == .whiteout)
    #expect(index.entry(at: TreePath("empty"))?.attributes.map(\.name) == ["user.mine"])
    #expect(try bench.shell("stat -c %F u/w") == "character special file\n")
  }

  @Test func whatIsMountedIsNotEntered() throws {
    guard Workbench.hasOverlay else { return }
    try bench.shell("mkdir u/m && touch u/f && mount -t tmpfs t u/m && touch u/m/in")
    defer { _ = try? bench.shell("umount u/m") }
    #expect(try paths(pack()) == ["/", "/f"])
  }

  @Test(.enabled(if: Workbench.has("python3 --version"), "needs python3"))
  func compiledPythonStaysValid() throws {
    try bench.shell(
      """
      mkdir -p u/p; cd u/p; for m in a b c; do echo "x = '$m'" >$m.py; done
      python3 -m compileall -q . ; python3 -O -m compileall -q a.py
      python3 -m compileall -q --invalidation-mode unchecked-hash -f b.py
      python3 -c 'import py_compile; py_compile.compile("a.py", cfile="a.pyc")'
      touch -d '2001-01-01' c.py; chmod 400 __pycache__/a.*
      """)
    let first = try #require(try pack())
    // Valid for Python: nothing is compiled again.
    let times = "stat -c %Y u/p/__pycache__/a.*.pyc u/p/a.pyc | sort -u"
    #expect(try bench.shell(times) == "315532800\n")
    let check = """
      import importlib.util, os, struct, glob
      for f in sorted(glob.glob("u/p/**/*.pyc", recursive=True)):
          head = open(f, "rb").read(16)
          print(os.path.basename(f).replace(importlib.util.cache_from_source("x")[-13:-4], ""),
                *struct.unpack("<II", head[4:12])[:2])
      """
    try bench.write("check.py", check)
    let lines = try bench.shell("python3 check.py").split(separator: "\n")
    #expect(lines.filter { $0.hasSuffix(" 0 315532800") }.count == 3)
    #expect(lines.count == 5)
    // And the same at another time.
    try bench.shell(
      "touch -d 2020-02-02 u/p/a.py; cd u/p; python3 -m compileall -q -f a.py"
    )
    let again = try #require(try pack())
    #expect(
      again.layer.index.entry(at: TreePath("p/a.py"))
        == first.layer.index.entry(at: TreePath("p/a.py")))
  }

  @Test(.enabled(if: Workbench.hasOverlay, "needs to mount an overlay"))
  func aRealOverlay() throws {
    // Its upper directory must not be on an overlay itself.
    try bench.shell(
      """
      mkdir -p t && mount -t tmpfs t t && cd t && mkdir -p l/keep l/dir/sub l/opq u w m
      printf 1 >l/dir/sub/f; printf 2 >l/gone; printf 3 >l/opq/x; printf 4 >l/keep/f; ln -s a l/link
      mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w,redirect_dir=off,metacopy=off m
      cd m; rm gone link; touch link; chmod 755 keep; touch keep/f; rm -r opq; mkdir opq; touch opq/y
      mkdir -p new/a; printf 5 >new/a/f; ln new/a/f new/g; rm -r dir/sub; printf 6 >dir/sub
      mv new/a new/b; setcap cap_net_raw+ep new/b/f 2>/dev/null; cd ..; umount m
      """)
    defer { _ = try? bench.shell("umount t") }
    let base = LayerIndex([
      directory(""), directory("dir"), directory("dir/sub"), file("dir/sub/f", "1"),
      file("gone", "2"), directory("keep"), file("keep/f", "4"), symlink("link", to: "a"),
      directory("opq"), file("opq/x", "3"),
    ])
    let blob = MemoryBlob()
    let writer = LayerWriter(into: blob)
    #expect(
      try UpperDirectory.pack(
        directory: bench("t/u"), over: RootTree(layers: [base]), form: .privileged, into: writer))
    let layer = try writer.finish()
    #expect(
      layer.index.entries.map(\.path.description) == [
        "/", "/dir", "/dir/sub", "/gone", "/link", "/new", "/new/b", "/new/b/f", "/new/g", "/opq",
        "/opq/y",
      ])
    #expect(layer.index.entry(at: TreePath("opq"))?.isOpaque == true)
    // The directory is what unpacking the layer gives.
    let target = SnapshotTarget(directory: try bench.makeDirectory("t/s"), form: .privileged)
    let found = try read(blob.bytes, into: target, over: [base])
    #expect(found.index == layer.index)
    try bench.write("list.py", listing)
    #expect(try bench.shell("python3 list.py t/u") == (try bench.shell("python3 list.py t/s")))
  }

  private let listing = """
    import os, stat, sys
    for root, dirs, files in os.walk(sys.argv[1]):
        for name in [""] + sorted(dirs + files):
            path = os.path.join(root, name)
            s = os.lstat(path)
            xattrs = [(n, os.getxattr(path, n, follow_symlinks=False))
                      for n in sorted(os.listxattr(path, follow_symlinks=False))]
            data = open(path).read() if os.path.isfile(path) else ""
            # Overlays use one device for all whiteouts.
            rest = () if stat.S_ISCHR(s.st_mode) else (s.st_mtime_ns, s.st_nlink, xattrs, data)
            print(os.path.relpath(path, sys.argv[1]), oct(s.st_mode), s.st_uid, *rest)
        dirs.sort()
    """
}

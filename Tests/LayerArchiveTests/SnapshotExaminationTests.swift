import LayerArchive
import OCI
import Testing

/// Unpacked layers that somebody changed.
@Suite(.enabled(if: Workbench.isRoot, "only root can give files away"))
struct SnapshotExaminationTests {
  struct Change: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let command: String
    let found: [SnapshotDifference]

    init(_ what: String, _ command: String, _ found: [(String, SnapshotDifference.Aspect)]) {
      (testDescription, self.command) = (what, command)
      self.found = found.map { SnapshotDifference(TreePath($0.0), $0.1) }
    }
  }

  private static let layer: [Item] = [
    directory("d", permissions: 0o750, uid: 7), file("d/f", "abc", permissions: 0o4711, uid: 8),
    link("d/g", to: "d/f"), symlink("d/l", to: "/nowhere"), file("d/x", "x"),
    directory("o", isOpaque: true), whiteout("w"),
  ]
  private static let below = [LayerIndex([file("w", "old"), directory("o"), file("o/p")])]

  /// Times are put back where they are not what is tried.
  static let changes: [Change] = [
    Change("nothing", "true", []),
    Change("content", "printf abd >d/f", [("d/f", .content)]),
    Change("content of another length", "printf abcd >d/x", [("d/x", .content)]),
    Change("a mode", "chmod 4755 d/f", [("d/f", .mode), ("d/g", .mode)]),
    Change("the mode of a directory", "chmod 700 d", [("d", .mode)]),
    Change("an owner", "chown -h 5:0 d/l", [("d/l", .owner)]),
    Change("a group", "chgrp 5 d/x", [("d/x", .owner)]),
    Change("a file gone", "rm d/x", [("d/x", .missing)]),
    Change("a whiteout gone", "rm w", [("w", .missing)]),
    Change("a file instead of a whiteout", "rm w; echo >w", [("w", .kind)]),
    Change("one more file", "echo >d/new", [("d/new", .extra)]),
    Change("one more directory", "mkdir n", [("n", .extra)]),
    Change("one more whiteout", "mknod d/y c 0 0", [("d/y", .extra)]),
    Change("one more named pipe", "mkfifo d/y", [("d/y", .extra)]),
    Change(
      "a socket instead of a file",
      "rm d/x; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"d/x\")'",
      [("d/x", .kind)]),
    Change("another target", "ln -sfn elsewhere d/l", [("d/l", .link)]),
    Change("a copy instead of a link", "cp -p d/f c; mv c d/g", [("d/g", .link)]),
    Change(
      "an attribute",
      "python3 -c 'import os; os.setxattr(\"d/x\", \"user.a\", b\"1\")'", [("d/x", .attributes)]),
    Change(
      "no longer opaque",
      "python3 -c 'import os; os.removexattr(\"o\", \"trusted.overlay.opaque\")'",
      [("o", .opaqueness)]),
    Change("a time", "touch -d @1000 d/x", [("d/x", .time)]),
  ]

  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.makeDirectory("s")
  }

  private func differences(
    _ index: LayerIndex, over base: RootTree? = nil
  ) throws -> [SnapshotDifference] {
    try SnapshotExamination.differences(
      between: bench("s"), and: index, base: base, form: .privileged, mayLackDevices: false
    ) { _ in }
  }

  @Test(arguments: changes) func finds(change: Change) throws {
    let (written, bytes) = try pack(Self.layer)
    let target = SnapshotTarget(directory: bench("s"), form: .privileged)
    _ = try read(bytes, into: target, over: Self.below)
    let resets =
      change.found.contains { $0.aspect == .time }
      ? "true" : "find . ! -name '.' -exec touch -h -d @315532800 {} +"
    try bench.shell("cd s; \(change.command); \(resets)")
    #expect(try differences(written.index) == change.found)
  }

  /// A layer that says nothing of its directories has those of the layers below, and only the
  /// whiteouts that hide something there.
  @Test func aForeignLayerIsSeenOnWhatLiesBelow() throws {
    var tar = TarBytes()
    tar.add("a/b/c", content: [1])
    tar.add(".wh.w")
    tar.add(".wh.never")
    let bytes = tar.end()
    let base = [LayerIndex([directory("a", permissions: 0o711, uid: 9), file("w")])]
    let target = SnapshotTarget(directory: bench("s"), form: .privileged)
    _ = try read(bytes, .layer, into: target, over: base)
    let index = try read(bytes, .layer).index
    let tree = RootTree(layers: base)
    #expect(try differences(index, over: tree) == [])
    try bench.shell("cd s; chmod 755 a; rm w; chown 3 a/b")
    #expect(
      try differences(index, over: tree) == [
        SnapshotDifference(TreePath("a"), .mode), SnapshotDifference(TreePath("a/b"), .owner),
        SnapshotDifference(TreePath("w"), .missing),
      ])
  }
}

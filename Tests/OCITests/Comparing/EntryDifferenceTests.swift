import OCI
import Testing

struct EntryDifferenceTests {
  private static func file(_ edit: (inout LayerEntry) -> Void = { _ in }) -> LayerEntry {
    var entry = LayerEntry(path: TreePath("a/b"), kind: .file, permissions: 0o644)
    entry.content = SHA256.digest(of: "old")
    entry.size = 3
    edit(&entry)
    return entry
  }

  private static func device(_ minor: UInt32) -> LayerEntry {
    var entry = LayerEntry(path: TreePath("a/b"), kind: .characterDevice, permissions: 0o644)
    (entry.deviceMajor, entry.deviceMinor) = (1, minor)
    return entry
  }

  static let cases: [(LayerEntry?, LayerEntry?, String)] = [
    (nil, file(), "added (file)"),
    (file(), nil, "removed (file)"),
    (nil, .whiteout(TreePath("a/b")), "added (whiteout)"),
    (
      file(), LayerEntry(path: TreePath("a/b"), kind: .directory, permissions: 0o755, uid: 7),
      "kind file → directory"
    ),
    (
      file(),
      file {
        $0.content = SHA256.digest(of: "longer"); $0.size = 6
      },
      "content \(SHA256.digest(of: "old").short) → \(SHA256.digest(of: "longer").short), "
        + "size 3 bytes → 6 bytes"
    ),
    (file(), file { $0.permissions = 0o4755 }, "permissions 0644 → 4755"),
    (file { $0.permissions = 0o1 }, file { $0.permissions = 0 }, "permissions 0001 → 0000"),
    (
      file(),
      file {
        $0.uid = 1000; $0.gid = 50
      }, "owner 0:0 → 1000:50"
    ),
    (
      file {
        $0.kind = .symlink; $0.link = Array("x".utf8)
      },
      file {
        $0.kind = .symlink; $0.link = Array("../y".utf8)
      },
      "link x → ../y"
    ),
    (device(3), device(5), "device 1:3 → 1:5"),
    (
      file { $0.attributes = [.init(name: "user.a", value: Array("x".utf8))] },
      file {
        $0.attributes = [
          .init(name: "security.capability", value: [1, 0xff]),
          .init(name: "user.a", value: Array("y".utf8)),
        ]
      }, "xattr security.capability none → 0x01ff, xattr user.a 'x' → 'y'"
    ),
    (
      file { $0.kind = .directory },
      file {
        $0.kind = .directory; $0.isOpaque = true
      },
      "opaque no → yes"
    ),
  ]

  @Test(arguments: cases)
  func says(before: LayerEntry?, after: LayerEntry?, what: String) throws {
    let difference = try #require(EntryDifference(before, after))
    #expect(difference.description == "/a/b: " + what)
    #expect(difference.path == TreePath("a/b"))
  }

  @Test func isNilForWhatIsTheSame() {
    #expect(EntryDifference(Self.file(), Self.file()) == nil)
    #expect(EntryDifference(nil, nil) == nil)
  }
}

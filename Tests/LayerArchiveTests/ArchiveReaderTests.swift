import Diagnostics
import LayerArchive
import OCI
import Testing

/// Archives that want more than to be read.
@Suite struct ArchiveReaderTests {
  struct Attack: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let id: String
    let build: @Sendable (inout TarBytes) -> Void

    init(
      _ what: String, id: String = "malformed-archive",
      _ build: @escaping @Sendable (inout TarBytes) -> Void
    ) {
      (testDescription, self.id, self.build) = (what, id, build)
    }
  }

  static let attacks: [Attack] = [
    Attack("upwards") { $0.add("../outside", content: [1]) },
    Attack("upwards from inside") { $0.add("blobs/../../outside", content: [1]) },
    Attack("a directory upwards") { $0.add("blobs/..", type: "5") },
    Attack("absolute") { $0.add("/etc/passwd", content: [1]) },
    Attack("a symbolic link") { $0.add("blobs", type: "2", link: "/etc") },
    Attack("a hard link") {
      $0.add("a", content: [1])
      $0.add("b", type: "1", link: "a")
    },
    Attack("a character device") { $0.add("a", type: "3", major: "0000001", minor: "0000003") },
    Attack("a block device") { $0.add("a", type: "4", major: "0000010") },
    Attack("a named pipe") { $0.add("a", type: "6") },
    Attack("a file of holes") { tar in
      tar.addRecords([
        ("GNU.sparse.major", Array("1".utf8)), ("GNU.sparse.minor", Array("0".utf8)),
        ("GNU.sparse.name", Array("a".utf8)), ("GNU.sparse.realsize", Array("1000000000000".utf8)),
      ])
      tar.add("a", content: Array("0\n".utf8) + .init(repeating: 0, count: 510))
    },
    Attack("a name that is too long", id: "unsupported-name") { tar in
      tar.addRecords([("path", .init(repeating: UInt8(ascii: "n"), count: 5000))])
      tar.add("a")
    },
    Attack("longer than it is") { $0.add("a", content: [1], size: "00000777777") },
  ]

  /// - Returns: What was read before the end.
  static func entries(of bytes: [UInt8]) throws -> [(name: String, text: String)] {
    var found: [(name: String, text: String)] = []
    var position = 0
    try ArchiveReader.read { buffer in
      // In small pieces, as a pipe gives them.
      let count = min(buffer.count, bytes.count - position, 10_000)
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[position..<(position + count)]))
      }
      position += count
      return count
    } visit: { name, size, content in
      var text: [UInt8] = []
      let digest = try content { text.append(contentsOf: $0) }
      #expect(digest == SHA256.digest(of: text) && text.count == size)
      found.append((name, String(decoding: text, as: UTF8.self)))
    }
    return found
  }

  @Test(arguments: attacks) func refuses(attack: Attack) throws {
    var tar = TarBytes()
    attack.build(&tar)
    let error = #expect(throws: ArchiveError.self) { try Self.entries(of: tar.end()) }
    #expect(error?.diagnostic.id == attack.id)
  }

  @Test(arguments: ["no archive at all\n", "\u{1f}\u{8b}\u{8}"]) func onlyAnArchiveIsOne(
    text: String
  ) {
    let bytes = Array(String(repeating: text, count: 200).utf8)
    #expect(throws: ArchiveError.self) { try Self.entries(of: bytes) }
  }

  @Test func dotsAreLeftOut() throws {
    var tar = TarBytes()
    tar.add("./", type: "5")
    tar.add("./blobs/", type: "5")
    tar.add("./blobs/a", content: Array("x".utf8))
    #expect(try Self.entries(of: tar.end()).map(\.name) == ["blobs/a"])
  }

  @Test func everyCutIsAnErrorOrLessThanAll() throws {
    var tar = TarBytes()
    tar.add("a", content: .init(repeating: 1, count: 600))
    tar.add("b", content: .init(repeating: 2, count: 600))
    let whole = tar.end()
    for length in stride(from: 1, to: whole.count - 1024, by: 100) {
      let names = try? Self.entries(of: Array(whole[..<length])).map(\.name)
      #expect(names != ["a", "b"], "\(length)")
    }
  }
}

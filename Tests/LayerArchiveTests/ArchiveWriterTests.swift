import LayerArchive
import OCI
import Testing

/// Plain archives of named files: what is written, and what is refused when it is read.
@Suite struct ArchiveWriterTests {
  private func written(_ files: [(name: String, text: String)]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let writer = ArchiveWriter { bytes.append(contentsOf: $0) }
    try writer.addDirectory("blobs")
    for file in files { try writer.addFile(file.name, Array(file.text.utf8)) }
    try writer.finish()
    return bytes
  }

  @Test func otherToolsReadIt() throws {
    let bench = try Workbench()
    let long = "blobs/" + String(repeating: "d/", count: 80) + "file"
    let files = [
      ("oci-layout", "{}"), (long, "long"), ("empty", ""),
      (
        "block",
        .init(
          repeating: "x", count: 512)
      ),
    ]
    try bench.write("a.tar", try written(files))
    #expect(
      try bench.shell("tar -tf a.tar")
        == "blobs/\noci-layout\n\(long)\nempty\nblock\n")
    #expect(try bench.shell("tar -xOf a.tar \(long)") == "long")
    #expect(
      try bench.shell("tar -tvf a.tar --numeric-owner --utc oci-layout")
        == "-rw-r--r-- 0/0               2 1980-01-01 00:00 oci-layout\n")
  }

  @Test func theSameFilesGiveTheSameBytes() throws {
    let files = [("a", "1"), ("b", "2")]
    #expect(try written(files) == written(files))
  }

  @Test(arguments: [2, 4]) func contentOfAnotherSizeIsRefused(size: Int64) {
    let writer = ArchiveWriter { _ in }
    #expect(throws: ArchiveError.contentChanged(TreePath("a"))) {
      try writer.addFile("a", size: size, content: .bytes([1, 2, 3]))
    }
  }

  @Test func whatWasWrittenIsRead() throws {
    let files = [("oci-layout", "{}"), ("blobs/x", String(repeating: "x", count: 700_000))]
    let found = try ArchiveReaderTests.entries(of: written(files))
    #expect(found.map(\.name) == files.map(\.0))
    #expect(found.map(\.text) == files.map(\.1))
  }
}

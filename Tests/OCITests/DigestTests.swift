import OCI
import Testing

struct DigestTests {
  /// FIPS 180-4's own example, and that of nothing.
  @Test(arguments: [
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ])
  func isSHA256(text: String, hex: String) {
    let digest = SHA256.digest(of: text)
    #expect(digest.hex == hex)
    #expect(digest.description == "sha256:" + hex)
    #expect(digest.short == String(hex.prefix(12)))
    #expect(Digest(bytes: digest.bytes) == digest)
    #expect(Digest(hex: hex) == digest)
    #expect(Digest("sha256:" + hex) == digest)
  }

  @Test func comesInParts() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    var copy = hash
    copy.update(Array("c".utf8))
    #expect(copy.finalize() == SHA256.digest(of: "abc"))
    #expect(hash.finalize() == SHA256.digest(of: "ab"))
  }

  @Test(arguments: [
    "", "sha256:", "sha256", String(repeating: "a", count: 64),
    "sha512:" + String(repeating: "a", count: 64), "sha256:" + String(repeating: "A", count: 64),
    "sha256:" + String(repeating: "a", count: 63), "sha256:" + String(repeating: "a", count: 65),
    "sha256:" + String(repeating: "g", count: 64), "sha256:../" + String(repeating: "a", count: 61),
    "sha256:" + String(repeating: "é", count: 32), " sha256:" + String(repeating: "a", count: 64),
    "sha256:\u{301}" + String(repeating: "a", count: 62),
  ])
  func refuses(text: String) { #expect(Digest(text) == nil) }

  @Test func ordersAsItsDigitsDo() {
    let digests = (0..<100).map { SHA256.digest(of: "\($0)") }
    #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
  }

  @Test func isTextInDocuments() throws {
    let digest = SHA256.digest(of: "abc")
    let bytes = try CanonicalJSON.encode([digest])
    #expect(String(decoding: bytes, as: UTF8.self) == #"["\#(digest)"]"#)
    #expect(try CanonicalJSON.decode([Digest].self, from: bytes) == [digest])
    #expect(throws: DecodingError.self) {
      try CanonicalJSON.decode([Digest].self, from: Array(#"["sha256:no"]"#.utf8))
    }
  }
}

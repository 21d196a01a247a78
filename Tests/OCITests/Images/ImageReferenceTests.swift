import OCI
import TestSupport
import Testing

struct ImageReferenceTests {
  private static let digest = SHA256.digest(of: "")

  @Test(arguments: [
    ("python", "docker.io/library/python:latest", "python:latest"),
    ("python:3.11-slim", "docker.io/library/python:3.11-slim", "python:3.11-slim"),
    ("bitnami/redis", "docker.io/bitnami/redis:latest", "bitnami/redis:latest"),
    ("docker.io/python", "docker.io/library/python:latest", "python:latest"),
    ("index.docker.io/library/python", "docker.io/library/python:latest", "python:latest"),
    ("docker.io/library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"),
    ("x.io:80", "docker.io/library/x.io:80", "x.io:80"),
    ("localhost/a", "localhost/a:latest", "localhost/a:latest"),
    ("localhost:5000/a:b", "localhost:5000/a:b", "localhost:5000/a:b"),
    ("[::1]:5000/a", "[::1]:5000/a:latest", "[::1]:5000/a:latest"),
    ("[fe80::1]/a", "[fe80::1]/a:latest", "[fe80::1]/a:latest"),
    ("Ghcr.io/a/b/c", "Ghcr.io/a/b/c:latest", "Ghcr.io/a/b/c:latest"),
    ("a-b__c.d--e/f", "docker.io/a-b__c.d--e/f:latest", "a-b__c.d--e/f:latest"),
    (
      "123.dkr.ecr.eu-west-1.amazonaws.com/team/x:v1_2.3-4",
      "123.dkr.ecr.eu-west-1.amazonaws.com/team/x:v1_2.3-4",
      "123.dkr.ecr.eu-west-1.amazonaws.com/team/x:v1_2.3-4"
    ),
  ])
  func reads(text: String, whole: String, familiar: String) throws {
    let reference = try #require(ImageReference(text))
    #expect(reference.description == whole)
    #expect(reference.familiar == familiar)
    #expect(ImageReference(whole) == reference)
    #expect(ImageReference(familiar) == reference)
  }

  @Test func readsDigests() throws {
    let pinned = try #require(ImageReference("python@\(Self.digest)"))
    #expect(pinned.tag == nil)
    #expect(pinned.digest == Self.digest)
    #expect(pinned.familiar == "python@\(Self.digest)")
    let both = try #require(ImageReference("python:3@\(Self.digest)"))
    #expect(both.tag == "3")
    #expect(both.description == "docker.io/library/python:3@\(Self.digest)")
    #expect(both.with(tag: "4").digest == nil)
    #expect(both.with(tag: "4").with(digest: Self.digest).tag == "4")
  }

  @Test(arguments: [
    "", ":", "@", "/", ":tag", "a:", "a@", "a:b:c", "a@sha256:00", "A", "a/B", "a//b", "/a", "a/",
    "a b", "a\n", "a\u{0}", "a:b c", "a:.b", "a:-b", "a:é", "é", "a\u{301}", "..", "../a", "a/../b",
    "a..b", "a.", "-a", "a-", "_a", "a___b", "a.-b", "https://a/b", "a:b@c", "$(id)/a", "a;b",
    "x.io:80:90/a", "x.io:/a", "x.io:abc/a", "x.io:99999/a", "x.io:+80/a", "a..b/c", ".a/b",
    "-x.io/a", "x.io-/a", "[/a", "]/a", "[]/a", "[::1/a", "[x]/a", "[::1]x/a", "user@x.io/a",
    "a:" + String(repeating: "b", count: 129), String(repeating: "a", count: 256),
  ])
  func refuses(text: String) {
    #expect(ImageReference(text) == nil)
  }

  @Test func takesNamesAndTagsUpToTheirLimits() {
    #expect(ImageReference(String(repeating: "a", count: 255)) != nil)
    #expect(ImageReference("a:" + String(repeating: "b", count: 128)) != nil)
  }

  /// Whatever is accepted can be written down and read again, and has no character that means
  /// something in a URL.
  @Test func whatIsAcceptedIsHarmless() {
    var chance = SeededGenerator(seed: 1)
    let alphabet = Array("aZ0.-_:/@[]?#% \u{0}é")
    for _ in 0..<20_000 {
      let length = Int.random(in: 1...9, using: &chance)
      let text = String((0..<length).map { _ in alphabet.randomElement(using: &chance)! })
      guard let reference = ImageReference(text) else { continue }
      #expect(ImageReference(reference.description) == reference)
      #expect(!reference.description.contains { "?#% \u{0}é".contains($0) })
      #expect(!reference.repository.split(separator: "/").contains(".."))
    }
  }
}

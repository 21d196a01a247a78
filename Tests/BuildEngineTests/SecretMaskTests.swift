import Testing

@testable import BuildEngine

/// What a command prints of its secrets.
struct SecretMaskTests {
  @Test(arguments: [
    ("a hunter2 b", "a <secret> b"), ("hunter2hunter2", "<secret><secret>"),
    ("hunter", "hunter"), ("second-line-and-more", "<secret>"), ("second-line", "<secret>"),
    ("short", "short"), ("", ""),
  ])
  func hides(line: String, shown: String) {
    let secrets = ["hunter2\nsecond-line\r\n", "short", "second-line-and-more"]
    #expect(SecretMask(secrets.map { Array($0.utf8) }).applied(to: line) == shown)
  }
}

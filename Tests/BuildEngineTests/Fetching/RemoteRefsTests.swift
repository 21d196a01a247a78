import OCI
import Testing

@testable import BuildEngine

struct RemoteRefsTests {
  private static func line(_ digit: String, _ name: String) -> String {
    String(repeating: digit, count: 40) + "\t" + name
  }

  private let refs = RemoteRefs(
    [
      line("1", "HEAD"), line("1", "refs/heads/main"), line("2", "refs/heads/feature/main"),
      line("3", "refs/heads/both"), line("4", "refs/tags/both"), line("5", "refs/tags/v1"),
      line("6", "refs/tags/v1^{}"), line("7", "refs/pull/1/head"), "nonsense",
    ].joined(separator: "\n"))

  @Test(arguments: [
    ("", "1"), ("main", "1"), ("feature/main", "2"), ("both", "3"), ("refs/tags/both", "4"),
    ("v1", "6"), ("refs/tags/v1", "6"), ("pull/1/head", "7"), ("refs/pull/1/head", "7"),
    ("ain", nil), ("head", nil), ("nonsense", nil),
  ])
  func aRefIsWhatItIsInFull(_ ref: String, _ digit: String?) {
    #expect(refs.commit(of: ref)?.hex == digit.map { String(repeating: $0, count: 40) })
  }
}

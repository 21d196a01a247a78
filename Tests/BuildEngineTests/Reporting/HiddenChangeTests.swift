import BuildPlan
import OCI
import Testing

@testable import BuildEngine

struct HiddenChangeTests {
  private static func made(_ environment: [String]) -> (parts: [[String]], key: Digest) {
    var (listing, hasher) = (StepKeyListing(), StepKeyHasher())
    listing.list("environment", environment)
    hasher.list("environment", environment)
    return (listing.parts, hasher.finalize())
  }

  private static let before = ["A=1", "TOKEN=a", "IDX=https://u:a@h"]

  @Test(
    arguments: [
      (before, nil), (["A=2", "TOKEN=a", "IDX=https://u:a@h"], nil),
      (["A=2", "TOKEN=b", "IDX=https://u:a@h"], .hidden(name: nil)),
      (["A=1", "TOKEN=a", "IDX=https://u:b@h"], .hidden(name: nil)),
      // Another host is told as another value.
      (["A=1", "TOKEN=a", "IDX=https://u:a@i"], nil), ([], nil),
    ] as [([String], KeyDifference?)])
  func isFound(now: [String], expected: KeyDifference?) {
    let (parts, key) = Self.made(Self.before)
    #expect(HiddenChange.find(now, in: parts, of: key) == expected)
  }

  @Test func theOnlyOneIsNamed() {
    let (parts, key) = Self.made(["A=1", "TOKEN=a"])
    #expect(HiddenChange.find(["TOKEN=b"], in: parts, of: key) == .hidden(name: "TOKEN"))
    #expect(HiddenChange.find(["A=2", "TOKEN=a"], in: parts, of: key) == nil)
  }
}

import Testing

@testable import Registry

@Suite struct RetryPolicyTests {
  @Test func pausesDoubleAndEnd() {
    var policy = RetryPolicy()
    policy.jitter = { 0 }
    let pauses = (1...5).map { policy.pause(after: $0) }
    #expect(
      pauses == [.milliseconds(125), .milliseconds(250), .milliseconds(500), .seconds(1), nil])
    policy.attempts = 100
    #expect(policy.pause(after: 90) == policy.longestPause * 0.5)
  }

  @Test func jitterSpreads() {
    var policy = RetryPolicy()
    policy.jitter = { 1 }
    #expect(policy.pause(after: 1) == policy.firstPause)
  }

  @Test func serverDecidesUpToALimit() {
    let policy = RetryPolicy()
    #expect(policy.pause(after: 1, asked: .seconds(7)) == .seconds(7))
    #expect(policy.pause(after: 1, asked: .zero) == .zero)
    #expect(policy.pause(after: 1, asked: policy.longestWait + .seconds(1)) == nil)
  }

  @Test(arguments: [
    ("0", Duration.zero), ("120", .seconds(120)),
    ("99999999999999999999", .seconds(Int64(Int32.max))),
    // The clock of the test stands at 2001-09-09T01:46:40Z.
    ("Sun, 09 Sep 2001 01:46:45 GMT", .seconds(5)),
    ("Sat, 08 Sep 2001 01:46:45 GMT", .zero),
  ])
  func retryAfter(value: String, expected: Duration) {
    #expect(RetryAfter.pause(value, now: 1_000_000_000) == expected)
  }

  @Test(arguments: ["", "-1", "soon", "1.5", "Sun, 09 Sep 2001 25:46:45 GMT", "Sun, 09 Foo 2001"])
  func retryAfterIsIgnored(value: String) {
    #expect(RetryAfter.pause(value, now: 0) == nil)
  }

  @Test(
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
    ] as [(String, Int64)])
  func dates(text: String, expected: Int64) {
    #expect(RetryAfter.unixSeconds(of: text) == expected)
  }
}

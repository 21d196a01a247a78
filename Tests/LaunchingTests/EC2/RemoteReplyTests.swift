import State
import Testing

@testable import Launching

struct RemoteReplyTests {
  @Test func everythingThatAnInstanceSays() throws {
    let reply = try #require(
      RemoteReply(
        """
        size 7
        phase running
        note the image is made for CUDA
        health healthy
        raw
        b25l
        IHR3
        bw==
        """))
    #expect(reply.size == 7)
    #expect(reply.phase == "running")
    #expect(reply.notes == ["the image is made for CUDA"])
    #expect(reply.health == .healthy)
    #expect(reply.piece == .plain(Array("one two".utf8)))
    #expect(reply.ending == nil)
  }

  @Test(arguments: [
    ("exited 3", RunRecord.Ending.exited(code: 3)), ("stopped 143", .stopped(code: 143)),
    ("timeout 137", .timedOut), ("memory 137", .outOfMemory),
    ("failed the instance was restarted", .failed(reason: "the instance was restarted")),
  ])
  func endings(text: String, expected: RunRecord.Ending) {
    #expect(RemoteReply("size 0\nphase running\nending \(text)\nraw\n")?.ending == expected)
  }

  @Test(arguments: ["", "size x", "ending exited", "raw\n!", "something else"])
  func whatNoInstanceSays(text: String) { #expect(RemoteReply(text) == nil) }

  @Test func anInstanceThatKnowsNothing() throws {
    guard case .failed? = RemoteReply("gone\n")?.ending else {
      Issue.record("not failed")
      return
    }
  }
}

import Processes
import State
import Synchronization
import Testing

@testable import Launching

struct RunFollowerTests {
  /// Says one piece of news at each look.
  private final class ToldRun: StartedRun {
    private let text: [UInt8]
    private let whenRead: @Sendable () -> Void

    init(_ text: String, whenRead: @escaping @Sendable () -> Void = {}) {
      self.text = Array(text.utf8)
      self.whenRead = whenRead
    }

    func news(after offset: Int64, waiting wait: Duration) throws -> RunNews {
      whenRead()
      guard offset < text.count else { return RunNews(ending: .exited(code: 3)) }
      let byte = RunNews.Chunk(stream: .output, bytes: [text[Int(offset)]], time: offset)
      return RunNews(chunks: [byte])
    }

    func stop(grace: Duration) throws {}
  }

  @Test(arguments: [(Int64(0), "abc"), (2, "c"), (3, "")])
  func everythingBehindTheOffsetThenTheEnd(offset: Int64, expected: String) throws {
    var seen: [UInt8] = []
    let outcome = try RunFollower(ToldRun("abc"), interruption: Interruption()).follow(
      from: offset, reacting: { _ in .goOn }
    ) { $0.chunks.forEach { seen += $0.bytes } }
    #expect(outcome == .ended(.exited(code: 3)))
    #expect(String(decoding: seen, as: UTF8.self) == expected)
  }

  @Test func aSignalDetaches() throws {
    let interruption = Interruption()
    let run = ToldRun("abc") { interruption.deliver(.terminate) }
    let outcome = try RunFollower(run, interruption: interruption)
      .follow(reacting: { _ in .detach }, sink: { _ in })
    #expect(outcome == .detached(.terminate))
  }

  @Test func everySignalIsAskedAboutOnce() throws {
    let interruption = Interruption()
    interruption.deliver(.interrupt)
    let asked = Mutex<[Interruption.Request]>([])
    let outcome = try RunFollower(ToldRun("abc"), interruption: interruption).follow(
      reacting: { request in
        asked.withLock { $0.append(request) }
        return .goOn
      }, sink: { _ in })
    #expect(outcome == .ended(.exited(code: 3)))
    #expect(asked.withLock { $0 } == [.stop(.interrupt)])
  }
}

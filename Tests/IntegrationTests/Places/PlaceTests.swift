import FileSystem
import Foundation
import TestSupport
import Testing

/// One contract, wherever a script runs.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct PlaceTests {
  @Test(arguments: TrainPlace.allCases)
  func codesAreTheScripts(place: TrainPlace) throws {
    let bench = try PlaceBench(place, script: "exit $1\n")
    for code in [0, 1, 3, 137, 143] as [Int32] {
      #expect(try bench.train("\(code)").code == code)
      #expect(try bench.record()["exitCode"] as? Int == Int(code))
    }
  }

  @Test(arguments: TrainPlace.allCases)
  func theCodeOfASignalIsOurs(place: TrainPlace) throws {
    let bench = try PlaceBench(place, script: "sh -c 'kill -9 $$'\n")
    #expect(try bench.train().code == 137)
  }

  @Test(arguments: TrainPlace.allCases)
  func aTimeOutEndsIt(place: TrainPlace) throws {
    let bench = try PlaceBench(place, script: "echo begun; sleep 600\n")
    let result = try bench.train(options: ["--timeout", "2s"])
    #expect(result.code == 124, "\(result)")
    #expect(result.output.contains("begun\n"))
    #expect(result.errors.contains("its time was over"), "\(result)")
  }

  @Test(arguments: TrainPlace.allCases)
  func lackOfMemoryIsNamed(place: TrainPlace) throws {
    // tail keeps what may be the last line: here it never ends.
    let bench = try PlaceBench(place, script: "tail -n 1 /dev/zero >/dev/null\n")
    let result = try bench.train(options: ["--memory", "64MB"])
    #expect(result.code == 137, "\(result)")
    #expect(result.errors.contains("memory"), "\(result)")
  }

  @Test(arguments: TrainPlace.allCases)
  func aKilledClientComesBack(place: TrainPlace) throws {
    let bench = try PlaceBench(place, script: "echo one; sleep 4; echo two; exit 5\n")
    let client = try bench.start()
    try #require(eventually { client.outputSoFar.contains("one\n") }, "\(client.errorsSoFar)")
    client.kill(SIGKILL)
    _ = try client.wait()
    let result = try bench.workbench.runctl("attach", "latest", "--from-start")
    #expect(result.code == 5, "\(result)")
    #expect(result.output == "one\ntwo\n", "\(result)")
    #expect(try bench.log() == "one\ntwo\n")
  }

  @Test(arguments: TrainPlace.allCases)
  func aLongLogIsWhole(place: TrainPlace) throws {
    var random = SeededGenerator(seed: Machine.seed)
    let line = (0..<100).map { _ in
      Character(Unicode.Scalar(UInt8.random(in: 33...126, using: &random)))
    }
    let text = (0..<100_000).map { "\($0) " + String(line.shuffled(using: &random)) }
      .joined(separator: "\n")
    let bench = try PlaceBench(
      place, script: "cat big.txt\n", files: ["big.txt": text],
      bucket: place == .instance ? "long-logs" : nil)
    let result = try bench.train()
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains(text))
    #expect(try bench.log() == text)
  }

  @Test(arguments: TrainPlace.allCases)
  func textArrivesAsItIs(place: TrainPlace) throws {
    let script = """
      for word; do printf '%s' "$word" | od -An -v -tx1; echo; done
      printf '%s' "$TEXT" | od -An -v -tx1

      """
    let bench = try PlaceBench(place, script: script)
    let texts = [
      "a b", "it's", "say \"hi\"", "two\nlines", "ünïcödé 訓練 🚂", "$HOME $(id) `id` \\n", "*",
      "--flag=x", "", "a;b|c&d", "'", "tab\there",
    ]
    let whole = texts.joined(separator: "|")
    let result = try bench.train(texts, options: ["-e", "TEXT=\(whole)"])
    #expect(result.code == 0, "\(result)")
    let found = try bench.log().split(separator: "\n", omittingEmptySubsequences: true)
      .map { $0.split(separator: " ").joined() }.joined()
    let expected = (texts + [whole]).flatMap { $0.utf8 }.map { String(format: "%02x", $0) }.joined()
    #expect(found == expected)
  }

  @Test(arguments: TrainPlace.allCases)
  func nothingIsRepeated(place: TrainPlace) throws {
    let bench = try PlaceBench(place, script: "echo first\n")
    #expect(try bench.train().output.contains("first\n"))
    let second = try bench.train()
    #expect(second.code == 0)
    #expect(second.output.contains("up to date"), "\(second)")
    #expect(second.output.contains("first\n") == false)
    try bench.workbench.write("train.py", "echo second\n")
    let before = try bench.pushedBlobs()
    #expect(try bench.train().output.contains("second\n"))
    // The layer of the script; the configuration and the manifest that name it.
    let pushed = try bench.pushedBlobs().subtracting(before)
    #expect(pushed.count == (place == .instance ? 3 : 0))
  }
}

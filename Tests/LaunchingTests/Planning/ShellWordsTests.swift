import Processes
import Project
import Testing

@testable import Launching

/// What is quoted here has to be what a shell reads.
struct ShellWordsTests {
  /// What makes one other character of the one before it: an accent, the sign for emoji, the joiner,
  /// a skin colour, a virama, a keycap.
  static let marks = ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{1F3FD}", "\u{94D}", "\u{20E3}"]

  static let hostile: [[String]] =
    [
      ["a'; echo out; '"], ["it's", "\"quoted\"", "$(id) `id` $HOME ${x}", "\\", "\\'", "'\\''"],
      ["", "-n", "*", "~", "#", "a=b", "\r\n", "a\nb\n", "\t", "{{ssm:x}}", "!x", "a b", "\u{7f}"],
      ["e\u{301}", "\u{301}", "ünï 模型 🚂", "👩‍💻'👩🏽‍💻", "🇩🇪'🇩🇪"],
    ]
    + marks.map { mark in
      [
        "a'\(mark); echo out; '\(mark)", "'\(mark)", "'\(mark)'", "''\(mark)'\(mark)'", "\"\(mark)",
        "\\\(mark)", "\\'\(mark)", " \(mark)x", ";\(mark)echo out", "$\(mark)(id)", "\n\(mark)",
        "\(mark)",
      ]
    }

  /// The words that a shell makes of a line.
  private func read(_ line: String, by shell: String) throws -> [String] {
    let script = "set -- \(line)\nfor word; do printf '%s\\0' \"$word\"; done"
    let completion = try Subprocess.run(Command([shell, "-c", script]), interruption: nil)
    #expect(completion.status.isSuccess)
    return completion.output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }

  @Test(arguments: hostile, ["sh", "bash"])
  func aShellGivesTheWordsBack(words: [String], shell: String) throws {
    #expect(bytes(try read(ShellWords.line(words), by: shell)) == bytes(words))
  }

  @Test(arguments: hostile)
  func whatIsWrittenIsReadAgain(words: [String]) throws {
    #expect(bytes(try #require(ShellWords.words(of: ShellWords.line(words)))) == bytes(words))
  }

  @Test(arguments: marks)
  func aLineIsCutWhereAShellCutsIt(mark: String) throws {
    let line = "a '\(mark) b' ;\(mark)c '\(mark)"
    #expect(bytes(ShellWords.commands(in: line)[0]) == bytes(["a", "\(mark) b"]))
    #expect(ShellForm(["sh", "-c", "A=\(mark) x.sh"])?.commands.first?.first == "env")
  }

  @Test(arguments: marks)
  func variablesAreCutAtTheirSign(mark: String) {
    let given = Assignment(name: "MY_TOKEN", value: "\(mark)new")
    let variables = RunEnvironment(
      image: ["MY_TOKEN=\(mark)old", "PATH=\(mark)"], given: [given], terminal: nil)
    #expect(variables.value(of: "MY_TOKEN") == "\(mark)new")
    #expect(variables.value(of: "PATH") == mark)
    #expect(variables.entries.count == 3)
    #expect(
      ProcessVariables.replacing(["MY_TOKEN=\(mark)old", "A=b"], by: [given])
        == ["A=b", "MY_TOKEN=\(mark)new"])
  }

  /// Docker reads the option as a line of CSV.
  @Test(arguments: [
    ("/a,readonly", "\"source=/a,readonly\""), ("/a,\u{301}b", "\"source=/a,\u{301}b\""),
    ("/a\"\u{301}", "\"source=/a\"\"\u{301}\""), ("/a b", "source=/a b"),
  ])
  func mountsAreCutAtTheirCommas(source: String, field: String) throws {
    var run = DockerRun(name: "x", image: "x", arguments: ["x"])
    run.binds = [.init(source, target: "/t")]
    let option = try #require(run.words.first { $0.hasPrefix("type=bind") })
    #expect(Array(option.utf8) == Array("type=bind,\(field),target=/t".utf8))
  }
}

import Diagnostics
import Testing

@testable import Launching

struct ShellFormTests {
  @Test(arguments: [
    ("a b", [["a", "b"]]), ("a 'b c' \"d e\"", [["a", "b c", "d e"]]),
    ("a\\ b c", [["a b", "c"]]),
    ("a && b; c || d | e & f", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
    ("a '' b", [["a", "", "b"]]), ("a $B; c", [["c"]]), ("a '$B'", [["a", "$B"]]),
    ("a \"$B\"; c", [["c"]]), ("a `b`", []), ("a > f; b", [["b"]]), ("a *.py", []),
    ("(a); b", [["b"]]), ("", []), ("a\nb", [["a"], ["b"]]), ("a \"b", [["a", "b"]]),
    ("a \\", [["a", "\\"]]),
  ])
  func commands(line: String, expected: [[String]]) {
    #expect(ShellWords.commands(in: line) == expected)
  }

  @Test(arguments: [
    (["/bin/sh", "-c", "x"], true), (["bash", "-lc", "x"], true),
    (["/bin/bash", "-o", "pipefail", "-c", "x"], true), (["bash", "-c"], true),
    (["bash", "x.sh"], false), (["python", "-c", "x"], false), ([], false),
    (["sh", "-c", "x", "sh"], false), (["bash", "x.sh", "-c"], false),
  ])
  func recognised(words: [String], expected: Bool) {
    #expect((ShellForm(words) != nil) == expected)
  }

  @Test(arguments: [
    ("WANDB_API_KEY", true), ("AWS_SECRET_ACCESS_KEY", true), ("HF_TOKEN", true),
    ("hf-token", true), ("DB_PASSWORD", true), ("MYSQLPASSWORD", true), ("--api-key", true),
    ("PWD", false), ("KEYBOARD", false), ("EPOCHS", false), ("TOKENIZERS_PARALLELISM", false),
    ("--monkey", false), ("PATH", false),
  ])
  func secretNames(name: String, expected: Bool) {
    #expect(SecretName.looksSecret(name) == expected)
  }

  @Test(arguments: [
    (["--api-key", "abc", "x"], ["--api-key", "*", "x"]), (["--token=abc"], ["--token=*"]),
    (["HF_TOKEN=abc", "EPOCHS=3"], ["HF_TOKEN=*", "EPOCHS=3"]),
    (["--token", "--x"], ["--token", "--x"]),
    (["a", "https://x/?token=abc"], ["a", "https://x/?token=abc"]),
    (["--index", "https://u:p@x/?a=b", "https://t@x"], ["--index", "*", "*"]),
    (["--index=https://u:p@x", "git+https://t@x/?a=b"], ["--index=*", "*"]),
    (["HF_TOKEN=\u{301}abc", "--api-key=\u{200D}"], ["HF_TOKEN=*", "--api-key=*"]),
  ])
  func secretArguments(words: [String], expected: [String]) {
    #expect(SecretArguments.masked(words) { _ in "*" } == expected)
  }

  @Test(
    arguments: [
      (["--epochs", "3", "KEYBOARD=x"], nil), ([], nil),
      (["--api-key", "s3cr3t"], "'--api-key' among"),
      (["x", "--token=s3cr3t", "MY_KEY=s3cr3t"], "'--token', and 1 more among"),
      (["https://u:s3cr3t@x"], "an address among"),
    ] as [([String], String?)])
  func secretArgumentsAreToldByName(words: [String], expected: String?) {
    let warning = SecretArguments.warning(words)
    #expect((warning == nil) == (expected == nil))
    guard let warning, let expected else { return }
    #expect(warning.message.hasPrefix(expected))
    #expect(warning.help?.contains("-e NAME") == true)
    #expect(!warning.message.contains("s3cr3t"))
  }

  @Test(
    arguments: [
      (nil, 15), ("", 15), ("SIGINT", 2), ("TERM", 15), ("sigquit", 3), ("9", 9),
      ("SIGRTMIN+3", 37),
      ("SIGRTMAX-1", 63), ("RTMIN", 34),
    ] as [(String?, Int32)])
  func stopSignals(text: String?, expected: Int32) throws {
    #expect(try StopSignal.number(of: text) == expected)
  }

  @Test(arguments: ["SIGNONE", "0", "65", "SIGRTMIN+99", "-1", "x"])
  func noStopSignals(text: String) {
    #expect(throws: LaunchError.unknownStopSignal(text)) { try StopSignal.number(of: text) }
  }
}

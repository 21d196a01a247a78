import Diagnostics

/// A command that is a line for a shell: `["/bin/sh", "-c", "python train.py"]`.
struct ShellForm: Equatable {
  static let names: Set<String> = ["sh", "bash", "dash", "ash", "zsh"]

  /// The shell and its options.
  let shell: [String]
  /// nil when the line is still to come, as in `ENTRYPOINT ["bash", "-c"]`.
  let line: String?

  init?(_ words: [String]) {
    guard let first = words.first, Self.names.contains(CommandHead.name(of: first)),
      let option = words.dropFirst().firstIndex(where: Self.isCommandOption),
      words[1..<option].allSatisfy({ $0.hasPrefix("-") || $0 == "pipefail" }),
      option >= words.count - 2
    else { return nil }
    shell = Array(words[...option])
    line = option == words.count - 1 ? nil : words[words.count - 1]
  }

  private static func isCommandOption(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
      && word.dropFirst().allSatisfy { $0.isLowercase }
  }

  /// The line's simple commands as words, in their order; those that need a shell to be understood
  /// are left out. `exec` at the start is dropped, and `NAME=value` there becomes `env NAME=value`.
  var commands: [[String]] {
    ShellWords.commands(in: line ?? "").map { words in
      let rest = words.first == "exec" ? Array(words.dropFirst()) : words
      let name = rest.first.flatMap { NamedValue($0)?.name }
      let assigns = name?.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      return assigns == true ? ["env"] + rest : rest
    }
  }

  /// Whether arguments behind the line reach its program.
  var takesArguments: Bool {
    guard let line else { return false }
    return ["$@", "$*", "${@", "${*"].contains { line.contains($0) }
  }
}

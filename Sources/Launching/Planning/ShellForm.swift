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
      let assigns = rest.first?.firstIndex(of: "=").map { equals in
        rest[0][..<equals].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      }
      return assigns == true ? ["env"] + rest : rest
    }
  }

  /// Whether arguments behind the line reach its program.
  var takesArguments: Bool {
    guard let line else { return false }
    return ["$@", "$*", "${@", "${*"].contains { line.contains($0) }
  }
}

/// Words as a shell has them, without anything that only a shell can do.
package enum ShellWords {
  /// - Returns: The simple commands of a line; one that expands, redirects or groups is left out.
  static func commands(in line: String) -> [[String]] {
    var commands: [[String]] = []
    var words: [String] = []
    var word: String?
    var isPlain = true
    var quote: Character?
    func endWord() {
      if let ended = word { words.append(ended) }
      word = nil
    }
    func endCommand() {
      endWord()
      if isPlain, !words.isEmpty { commands.append(words) }
      (words, isPlain) = ([], true)
    }
    var rest = line[...]
    while let character = rest.popFirst() {
      switch (quote, character) {
      case (let open?, _) where character == open: quote = nil
      case ("'", _): word = (word ?? "") + String(character)
      case (_, "$"), (_, "`"): isPlain = false
      case (_, "\\"): word = (word ?? "") + String(rest.popFirst() ?? "\\")
      case ("\"", _): word = (word ?? "") + String(character)
      case (_, "'"), (_, "\""):
        quote = character
        word = word ?? ""
      case (_, " "), (_, "\t"): endWord()
      case (_, "\n"), (_, ";"), (_, "&"), (_, "|"): endCommand()
      case (_, "<"), (_, ">"), (_, "("), (_, ")"), (_, "*"), (_, "?"), (_, "~"), (_, "{"):
        isPlain = false
      default: word = (word ?? "") + String(character)
      }
    }
    endCommand()
    return commands
  }

  /// Reads what ``line(_:)`` wrote.
  /// - Returns: nil for what is not one simple command.
  package static func words(of line: String) -> [String]? {
    let commands = commands(in: line)
    return commands.count == 1 ? commands.first : nil
  }

  /// One line that a shell reads as exactly these words.
  package static func line(_ words: [String]) -> String {
    words.map(quoted).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isSafe = word.utf8.allSatisfy {
      $0 > 0x7f || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "/._-+=:,@%".utf8.contains($0)
    }
    if isSafe, !word.isEmpty { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}

/// Words as a shell has them, without anything that only a shell can do.
///
/// A shell reads bytes: what is a quote to it may be, with a mark behind it, one other character to
/// Swift. So nothing here looks at characters.
package enum ShellWords {
  /// - Returns: The simple commands of a line; one that expands, redirects or groups is left out.
  static func commands(in line: String) -> [[String]] {
    var commands: [[String]] = []
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var isPlain = true
    var quote: Unicode.Scalar?
    func add(_ scalar: Unicode.Scalar) {
      word = word ?? .init()
      word?.append(scalar)
    }
    func endWord() {
      if let ended = word { words.append(String(ended)) }
      word = nil
    }
    func endCommand() {
      endWord()
      if isPlain, !words.isEmpty { commands.append(words) }
      (words, isPlain) = ([], true)
    }
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch (quote, scalar) {
      case (let open?, _) where scalar == open: quote = nil
      case ("'", _): add(scalar)
      case (_, "$"), (_, "`"): isPlain = false
      case (_, "\\"): add(rest.popFirst() ?? "\\")
      case ("\"", _): add(scalar)
      case (_, "'"), (_, "\""):
        quote = scalar
        word = word ?? .init()
      case (_, " "), (_, "\t"): endWord()
      case (_, "\n"), (_, ";"), (_, "&"), (_, "|"): endCommand()
      case (_, "<"), (_, ">"), (_, "("), (_, ")"), (_, "*"), (_, "?"), (_, "~"), (_, "{"):
        isPlain = false
      default: add(scalar)
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
    return "'" + word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }
}

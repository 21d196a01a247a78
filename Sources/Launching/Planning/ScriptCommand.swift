import OCI

/// The command that trains: what the image shows of how it starts programs, with the script asked
/// for in the place of the image's own.
struct ScriptCommand {
  let image: ImageConfig.Execution
  let finder: ImagePrograms

  func words(for script: LaunchScript, arguments: [String]) throws(LaunchError) -> [String] {
    let entrypoint = image.entrypoint ?? []
    if let form = ShellForm(entrypoint) {
      return try words(for: script, arguments, behind: form, entrypoint)
    }
    let head = CommandHead(entrypoint)
    let language = interpreter(of: script).language
    let place = script.place.description
    if isSame(head.script, script) { return entrypoint + arguments }
    if head.script != nil {
      // A script there may be a wrapper that ends in `exec "$@"`, as those of shells are.
      guard head.language == .python, shown.isEmpty else {
        return entrypoint + command(script) + arguments
      }
      if language == .python { return head.wrapper + head.interpreter + [place] + arguments }
      return head.wrapper + command(script) + arguments
    }
    guard head.language == .python else { return entrypoint + command(script) + arguments }
    if language == .python { return entrypoint + [place] + arguments }
    return head.wrapper + command(script) + arguments
  }

  private func words(
    for script: LaunchScript, _ arguments: [String], behind form: ShellForm, _ entrypoint: [String]
  ) throws(LaunchError) -> [String] {
    let command = command(script) + arguments
    guard let line = form.line else { return form.shell + [ShellWords.line(command)] }
    let head = form.commands.map(CommandHead.init).last { $0.language == .python }
    if let head, interpreter(of: script).language == .python {
      let interpreter =
        head.interpreter.isEmpty ? self.command(script).dropLast() : head.interpreter[...]
      return head.wrapper + interpreter + [script.place.description] + arguments
    }
    guard form.takesArguments else { throw .entrypointTakesNoArguments(text: line) }
    // What is behind the line counts from $0.
    let zero = form.line.map { $0.contains("$0") } ?? false
    return entrypoint + (zero ? [] : ["sh"]) + command
  }

  private func isSame(_ word: String?, _ script: LaunchScript) -> Bool {
    guard let word else { return false }
    let place =
      word.hasPrefix("/")
      ? TreePath(word) : TreePath(image.workingDirectory ?? "/").appending(TreePath(word))
    return place == script.place
  }

  // MARK: The interpreter

  private func command(_ script: LaunchScript) -> [String] {
    interpreter(of: script).words + [script.place.description]
  }

  /// What CMD shows, as wrappers and interpreters.
  private var shown: [CommandHead] {
    let words = image.command ?? []
    let commands = ShellForm(words).map(\.commands) ?? [words]
    return commands.map(CommandHead.init).filter { $0.language != nil }
  }

  private func interpreter(
    of script: LaunchScript
  ) -> (words: [String], language: CommandHead.Language?) {
    let line = Self.interpreterLine(of: script)
    switch CommandHead.language(ofScript: script.place.description) {
    case .python?: return (pythonShown ?? finder.python, .python)
    case .shell?:
      let isBash = line.contains { CommandHead.name(of: $0) == "bash" }
      return ([isBash ? "bash" : "sh"], .shell)
    case nil:
      if line.isEmpty { return (pythonShown ?? finder.python, .python) }
      return (script.isExecutable ? [] : line, nil)
    }
  }

  private var pythonShown: [String]? {
    let head = shown.last { $0.language == .python && !$0.interpreter.isEmpty }
    return head.map { $0.wrapper + $0.interpreter }
  }

  /// The words of a first line that starts with `#!`: the interpreter, and one argument at most.
  private static func interpreterLine(of script: LaunchScript) -> [String] {
    guard script.firstLine.hasPrefix("#!") else { return [] }
    let words = script.firstLine.dropFirst(2)
      .split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
      .map { String($0.reversed().drop { $0.isWhitespace }.reversed()) }
    return words.filter { !$0.isEmpty }
  }
}

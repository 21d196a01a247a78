import FileSystem

/// What a command shows of how its program is started: `tini -- python3 -u train.py --epochs 3` is
/// the wrapper `tini --`, the interpreter `python3 -u`, the script, and its arguments.
struct CommandHead: Equatable {
  enum Language: Equatable {
    case python
    case shell
  }

  private(set) var wrapper: [String] = []
  /// With its options; empty when the script is run by itself, or nothing was recognised.
  private(set) var interpreter: [String] = []
  private(set) var language: Language?
  private(set) var script: String?
  private(set) var rest: [String] = []

  init(_ words: [String]) {
    let start = words.firstIndex { Self.language(ofProgram: $0) != nil }
    let end = words.firstIndex { !$0.hasPrefix("-") && Self.language(ofScript: $0) != nil }
    if let start, end.map({ start < $0 }) ?? true {
      wrapper = Array(words[..<start])
      language = Self.language(ofProgram: words[start])
      interpreter = Array(words[start..<(end ?? Self.optionsEnd(words, after: start))])
    } else if let end {
      wrapper = Array(words[..<end])
    } else {
      wrapper = words
    }
    guard let end else { return }
    language = Self.language(ofScript: words[end])
    script = words[end]
    rest = Array(words[(end + 1)...])
  }

  static func name(of program: String) -> String {
    FileTree.lastComponent(of: program)
  }

  static func language(ofScript path: String) -> Language? {
    if path.hasSuffix(".py") { return .python }
    return path.hasSuffix(".sh") || path.hasSuffix(".bash") ? .shell : nil
  }

  /// Programs that run Python scripts, launchers of several processes among them.
  private static let pythons: Set<String> = [
    "torchrun", "accelerate", "deepspeed", "horovodrun", "uv", "poetry", "pipenv", "conda", "mamba",
    "micromamba", "ipython", "coverage", "py-spy", "debugpy",
  ]

  static func language(ofProgram word: String) -> Language? {
    let name = name(of: word)
    if ShellForm.names.contains(name) { return .shell }
    let stem = name.prefix { !$0.isNumber && $0 != "." }
    let isVersioned = name.dropFirst(stem.count).allSatisfy {
      $0.isNumber || $0 == "." || $0 == "t"
    }
    if stem == "python" || stem == "pypy", isVersioned { return .python }
    return pythons.contains(name) ? .python : nil
  }

  /// An interpreter's options without what they run: `-u -X dev -m train` ends before `-m`.
  private static func optionsEnd(_ words: [String], after start: Int) -> Int {
    guard language(ofProgram: words[start]) == .python, !pythons.contains(name(of: words[start]))
    else { return words.count }
    var end = start + 1
    while end < words.count, words[end].hasPrefix("-"), !["-m", "-c", "-"].contains(words[end]) {
      end += ["-X", "-W"].contains(words[end]) ? 2 : 1
    }
    return min(end, words.count)
  }
}

/// An instruction as the lexer cuts it: keyword, flags, arguments. Knows nothing of what they mean.
struct Statement: Sendable {
  indirect enum Arguments: Sendable {
    case none
    /// Separated by white space; quotes and escapes still in place.
    case words([Word])
    /// A JSON array of strings.
    case json([Word])
    /// The rest of the line as it is.
    case text(Word)
    case assignments([Assignment])
    /// `HEALTHCHECK CMD …`: the type, and what follows it.
    case typed(Word, Arguments)
    /// ONBUILD's instruction.
    case statement(Statement)
    /// Those of an instruction that does not exist.
    case unknown
  }

  let keyword: Word
  let flags: [Word]
  let arguments: Arguments
  /// The whole logical line with nothing trimmed.
  let original: String
  /// From the keyword to the end of the logical line, heredoc bodies not among it.
  let range: Range<Int>
  /// In lines from 1, heredoc bodies among it.
  var lines: ClosedRange<Int>
  var heredocs: [Heredoc] = []
  /// It has been reported; what it says cannot be relied on.
  var isBroken = false

  var canHaveHeredocs: Bool {
    switch arguments {
    case .statement(let inner) where keyword.text.lowercased() == "onbuild":
      inner.takesHeredocs
    default: takesHeredocs
    }
  }

  private var takesHeredocs: Bool {
    guard ["run", "copy", "add"].contains(keyword.text.lowercased()) else { return false }
    if case .json = arguments { return false }
    return true
  }
}

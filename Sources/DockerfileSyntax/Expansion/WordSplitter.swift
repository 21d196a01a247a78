/// Collects characters into words. The word in progress lives with the caller.
struct WordSplitter {
  typealias Text = String.UnicodeScalarView

  private var words: [String] = []
  private var isInWord = false

  /// Adds a character that ends the word when it is white space.
  mutating func add(_ scalar: Unicode.Scalar, to word: inout Text) {
    guard scalar.properties.isWhitespace else {
      word.append(scalar)
      isInWord = true
      return
    }
    if isInWord, !word.isEmpty {
      words.append(String(word))
      word = Text()
      isInWord = false
    }
  }

  mutating func addUnsplit(_ text: some Sequence<Unicode.Scalar>, to word: inout Text) {
    word.append(contentsOf: text)
    isInWord = true
  }

  mutating func finish(_ word: inout Text) -> [String] {
    if !word.isEmpty {
      words.append(String(word))
      word = Text()
      isInWord = false
    }
    return words
  }
}

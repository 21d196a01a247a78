import DockerfileSyntax

/// One `key=value` of a `--mount`, with the place of its value as far as it is known.
struct MountField {
  let key: String
  /// Not yet expanded; nil when there is no `=`.
  let value: Word?
  let word: Word

  /// - Returns: none when the quotes are unbalanced; the parser has said so.
  static func all(of mount: Word, isPlain: Bool) -> [MountField] {
    var position = mount.range.lowerBound
    return (CommaSeparated.fields(of: mount.text) ?? []).map { text in
      let length = text.utf8.count
      // Quotes make it unclear what stands where.
      let isKnown = isPlain && !mount.text.contains("\"")
      defer { position += length + 1 }
      return MountField(
        Word(text, at: isKnown ? position..<(position + length) : mount.range), isKnown)
    }
  }

  private init(_ word: Word, _ isKnown: Bool) {
    self.word = word
    guard let equals = word.text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      (key, value) = (word.text.lowercased(), nil)
      return
    }
    key = word.text[..<equals].lowercased()
    let start = word.range.lowerBound + word.text[..<equals].utf8.count + 1
    value = Word(
      String(word.text[word.text.utf8.index(after: equals)...]),
      at: isKnown ? start..<word.range.upperBound : word.range)
  }
}

/// FROM and ARG.
extension InstructionParser {
  mutating func from(_ statement: Statement) -> Instruction.Kind? {
    let flags = flags(statement, ["platform": .single])
    guard case .words(let words) = statement.arguments, let image = words.first else {
      return missingArguments(statement, "FROM IMAGE [AS NAME]")
    }
    let platform = flags.value("platform")
    guard words.count > 1 else {
      return .from(Instruction.From(image: image, name: nil, platform: platform))
    }
    guard words.count == 3, words[1].text.lowercased() == "as" else {
      let rest = words[1].range.lowerBound..<words[words.count - 1].range.upperBound
      return refuse(
        "invalid-from", "FROM takes an image and perhaps 'AS NAME'", at: rest,
        help: "write 'FROM \(image.text) AS NAME'")
    }
    let name = Word(words[2].text.lowercased(), at: words[2].range)
    guard Self.isStageName(name.text) else {
      return refuse(
        "invalid-stage-name", "'\(words[2].text)' cannot be the name of a stage", at: name.range,
        help: "start with a letter; use letters, digits, '-', '_' and '.'")
    }
    return .from(Instruction.From(image: image, name: name, platform: platform))
  }

  private static func isStageName(_ name: String) -> Bool {
    guard let first = name.utf8.first, ("a"..."z").contains(Unicode.Scalar(first)) else {
      return false
    }
    return name.unicodeScalars.allSatisfy {
      ("a"..."z").contains($0) || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0)
    }
  }

  mutating func arg(_ statement: Statement) -> Instruction.Kind? {
    guard case .words(let words) = statement.arguments else {
      return missingArguments(statement, "ARG NAME[=VALUE]")
    }
    return .arg(words.map { declaration($0) })
  }

  private mutating func declaration(_ word: Word) -> Instruction.ArgDeclaration {
    guard let (name, value) = word.splitAtEquals(in: source) else {
      return Instruction.ArgDeclaration(name: word, value: nil)
    }
    if name.text.isEmpty {
      report(
        "empty-name", "a name of ARG is empty", at: word.range, help: "write ARG NAME=VALUE")
    }
    return Instruction.ArgDeclaration(name: name, value: value)
  }
}

/// COPY and ADD.
extension InstructionParser {
  private static let commonFlags: [String: FlagSet.Kind] = [
    "chown": .single, "chmod": .single, "link": .boolean, "exclude": .repeated,
  ]

  mutating func copy(_ statement: Statement) -> Instruction.Kind? {
    let known = Self.commonFlags.merging(["from": .single, "parents": .boolean]) { $1 }
    let flags = flags(statement, known)
    guard let (sources, destination) = sourcesAndDestination(statement) else { return nil }
    return .copy(
      Instruction.Copy(
        sources: sources, destination: destination, from: flags.value("from"),
        options: options(flags), parents: flags.isSet("parents")))
  }

  mutating func add(_ statement: Statement) -> Instruction.Kind? {
    let known = Self.commonFlags.merging([
      "checksum": .single, "keep-git-dir": .boolean, "unpack": .boolean,
    ]) { $1 }
    let flags = flags(statement, known)
    guard let (sources, destination) = sourcesAndDestination(statement) else { return nil }
    return .add(
      Instruction.Add(
        sources: sources, destination: destination, options: options(flags),
        checksum: flags.value("checksum"), keepsGitDirectory: flags.choice("keep-git-dir"),
        unpacks: flags.choice("unpack")))
  }

  private func options(_ flags: FlagSet) -> Instruction.CopyOptions {
    Instruction.CopyOptions(
      owner: flags.value("chown"), permissions: flags.value("chmod"), link: flags.isSet("link"),
      excludes: flags.values("exclude"))
  }

  private mutating func sourcesAndDestination(
    _ statement: Statement
  ) -> ([Instruction.Source], Word)? {
    let keyword = statement.keyword.text.uppercased()
    let words: [Word]
    switch statement.arguments {
    case .words(let list), .json(let list): words = list
    default: words = []
    }
    guard words.count > 1, let destination = words.last else {
      return missingArguments(statement, "\(keyword) SOURCE… DESTINATION")
    }
    guard HeredocMarker(destination) == nil else {
      return refuse(
        "heredoc-destination", "a heredoc cannot be the destination of \(keyword)",
        at: destination.range, help: "write '\(keyword) \(destination.text) /path/in/the/image'")
    }
    return (words.dropLast().map { sourceValue($0, statement.heredocs) }, destination)
  }

  /// A marker without a body, as in the JSON form, is an empty file to the reference.
  private func sourceValue(_ word: Word, _ heredocs: [Heredoc]) -> Instruction.Source {
    guard let marker = HeredocMarker(word) else { return .path(word) }
    let body = heredocs.last { $0.name == marker.name }
    let end = word.range.upperBound
    return .inline(
      Heredoc(
        name: marker.name, markerRange: word.range, fileDescriptor: marker.fileDescriptor,
        expands: marker.expands, stripsTabs: marker.stripsTabs, content: body?.content ?? "",
        contentRange: body?.contentRange ?? end..<end))
  }
}

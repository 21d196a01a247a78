/// A pattern of `${x#p}` and its kin: `*` any characters, `?` one; neither matches a line feed.
struct ShellPattern {
  enum Token: Equatable {
    case any
    case one
    case literal(Unicode.Scalar)
  }

  /// In pattern tokens times characters of the value.
  private static let workLimit = 1 << 24

  private let tokens: [Token]

  /// - Throws: ``ExpansionError/invalidPattern(_:)``
  init(_ pattern: [Unicode.Scalar]) throws(ExpansionError) {
    var tokens: [Token] = []
    var position = 0
    while position < pattern.count {
      let scalar = pattern[position]
      position += 1
      switch scalar {
      case "*": if tokens.last != .any { tokens.append(.any) }
      case "?": tokens.append(.one)
      case "\\":
        // Before `}` and `/` the backslash only keeps them from ending the pattern.
        guard position < pattern.count else { throw Self.invalid(pattern) }
        let next = pattern[position]
        if next == "}" || next == "/" { continue }
        guard next == "*" || next == "?" || next == "\\" else { throw Self.invalid(pattern) }
        tokens.append(.literal(next))
        position += 1
      default: tokens.append(.literal(scalar))
      }
    }
    self.tokens = tokens
  }

  private static func invalid(_ pattern: [Unicode.Scalar]) -> ExpansionError {
    .invalidPattern(String(String.UnicodeScalarView(pattern)))
  }

  /// The pattern that matches from the other end; a backslash stays before what it escapes.
  static func reversed(_ pattern: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var position = 0
    while position < pattern.count {
      if pattern[position] == "\\", position + 1 < pattern.count {
        result += [pattern[position + 1], "\\"]
        position += 2
      } else {
        result.append(pattern[position])
        position += 1
      }
    }
    return result.reversed()
  }

  /// - Throws: ``ExpansionError/tooComplex``
  func matcher(for value: [Unicode.Scalar]) throws(ExpansionError) -> Matcher {
    guard (tokens.count + 1) * (value.count + 1) <= Self.workLimit else { throw .tooComplex }
    return Matcher(tokens: tokens, value: value)
  }
}

extension ShellPattern {
  /// A pattern laid over one value. Takes time and memory in the product of their lengths, whatever
  /// the pattern is.
  struct Matcher {
    private let tokens: [Token]
    private let value: [Unicode.Scalar]
    /// Whether the tokens from `t` on match at `i`, at `t * (value.count + 1) + i`.
    private var matches: [Bool]

    init(tokens: [Token], value: [Unicode.Scalar]) {
      self.tokens = tokens
      self.value = value
      let width = value.count + 1
      matches = [Bool](repeating: true, count: (tokens.count + 1) * width)
      for token in tokens.indices.reversed() {
        for index in (0..<width).reversed() {
          let rest = (token + 1) * width + index
          matches[token * width + index] =
            switch tokens[token] {
            case .any:
              matches[rest] || (isCharacter(index) && matches[token * width + index + 1])
            case .one: isCharacter(index) && matches[rest + 1]
            case .literal(let scalar):
              index < value.count && value[index] == scalar && matches[rest + 1]
            }
        }
      }
    }

    private func isCharacter(_ index: Int) -> Bool { index < value.count && value[index] != "\n" }

    /// - Returns: Where the match ends that begins at `start`; each `*` from the left takes as many,
    ///   or as few, characters as it can. nil when there is none.
    func end(from start: Int, longest: Bool) -> Int? {
      let width = value.count + 1
      guard matches[start] else { return nil }
      var index = start
      for (position, token) in tokens.enumerated() {
        guard token == .any else {
          index += 1
          continue
        }
        let rest = (position + 1) * width
        var end: Int?
        while end == nil || longest {
          if matches[rest + index] { end = index }
          guard isCharacter(index) else { break }
          if end == nil || longest { index += 1 }
        }
        index = end ?? index
      }
      return index
    }

    func replacingFirst(with text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
      for start in 0...value.count {
        guard let end = end(from: start, longest: true) else { continue }
        return value[..<start] + Array(text) + value[end...]
      }
      return value
    }

    /// An empty match right behind another match does not count.
    func replacingAll(with template: [Unicode.Scalar]) -> [Unicode.Scalar] {
      var result: [Unicode.Scalar] = []
      var copied = 0
      var start = 0
      while start <= value.count {
        guard let end = end(from: start, longest: true) else {
          start += 1
          continue
        }
        result += value[copied..<start]
        if end > copied || start == 0 {
          result += Self.fill(template, with: value[start..<end])
        }
        copied = end
        start = max(end, start + 1)
      }
      if copied < value.count { result += value[copied...] }
      return result
    }
  }
}

// MARK: - Templates

extension ShellPattern.Matcher {
  /// In the replacement of `${x//p/r}`, and only there, `$0` stands for what was matched, another
  /// name behind a dollar sign for nothing, `$$` for a dollar sign: the reference hands r to its
  /// regular expressions as it is.
  private static func fill(
    _ template: [Unicode.Scalar], with match: ArraySlice<Unicode.Scalar>
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var rest = template[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[(dollar + 1)...]
      if rest.first == "$" {
        result.append("$")
        rest = rest.dropFirst()
      } else if let (name, behind) = reference(rest) {
        if name == ["0"] { result += match }
        rest = behind
      } else {
        result.append("$")
      }
    }
    return result + rest
  }

  /// `name` or `{name}`: letters, digits and underscores.
  private static func reference(
    _ text: ArraySlice<Unicode.Scalar>
  ) -> (name: [Unicode.Scalar], behind: ArraySlice<Unicode.Scalar>)? {
    let isBraced = text.first == "{"
    let body = isBraced ? text.dropFirst() : text
    let name = body.prefix {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.generalCategory == .decimalNumber
    }
    guard !name.isEmpty else { return nil }
    let behind = body[name.endIndex...]
    guard isBraced else { return (Array(name), behind) }
    guard behind.first == "}" else { return nil }
    return (Array(name), behind.dropFirst())
  }
}

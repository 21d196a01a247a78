/// What follows a dollar sign.
extension ShellLexer {
  mutating func substitution() throws(ExpansionError) -> Text {
    _ = next()
    guard take("{") else {
      let name = self.name()
      if name.isEmpty { return Text(["$"]) }
      return value(of: name)?.unicodeScalars ?? unset("$\(name)")
    }
    switch peek {
    case nil: throw .unclosedBrace
    case "{", "}", ":": throw .badSubstitution
    default: return try braced(name())
    }
  }

  private mutating func braced(_ name: String) throws(ExpansionError) -> Text {
    guard let sign = next() else { throw .unclosedBrace }
    switch sign {
    case "}": return value(of: name)?.unicodeScalars ?? unset("${\(name)}")
    case "/": return try replacement(name)
    case "+", "-", "?", "#", "%": return try operation(name, sign, emptyIsUnset: false)
    case ":":
      guard let sign = next() else { throw .unclosedBrace }
      guard sign != "#", sign != "%" else { throw .unknownOperator(":\(sign)") }
      return try operation(name, sign, emptyIsUnset: true)
    default: throw .unknownOperator(String(sign))
    }
  }

  private mutating func operation(
    _ name: String, _ sign: Unicode.Scalar, emptyIsUnset: Bool
  ) throws(ExpansionError) -> Text {
    let isPattern = sign == "#" || sign == "%"
    let word = try part(until: "}", keepsEscapes: isPattern)
    let value = self.value(of: name)
    if value == nil, options.contains(.keepsUnset) {
      return "${\(name)\(emptyIsUnset ? ":" : "")\(sign)\(String(word))}".unicodeScalars
    }
    if isPattern { return try trimmed(value ?? "", word, sign) }
    let present = value.flatMap { emptyIsUnset && $0.isEmpty ? nil : $0 }
    switch sign {
    case "-": return present?.unicodeScalars ?? word
    case "+": return present == nil ? Text() : word
    case "?":
      if let present { return present.unicodeScalars }
      throw .required(
        name: name, isSet: value != nil, message: word.isEmpty ? nil : String(word))
    default: throw .unknownOperator(":\(sign)")
    }
  }

  private func trimmed(
    _ value: String, _ word: Text, _ sign: Unicode.Scalar
  ) throws(ExpansionError) -> Text {
    var pattern = Array(word)
    let isLongest = pattern.first == sign
    if isLongest { pattern.removeFirst() }
    var scalars = Array(value.unicodeScalars)
    if sign == "%" {
      pattern = ShellPattern.reversed(pattern)
      scalars.reverse()
    }
    let matcher = try ShellPattern(pattern).matcher(for: scalars)
    if let end = matcher.end(from: 0, longest: isLongest) { scalars.removeFirst(end) }
    if sign == "%" { scalars.reverse() }
    return Text(scalars)
  }

  private mutating func replacement(_ name: String) throws(ExpansionError) -> Text {
    let isAll = take("/")
    let pattern = try part(until: "/", keepsEscapes: true)
    let text = try part(until: "}", keepsEscapes: true)
    let value = self.value(of: name)
    if value == nil, options.contains(.keepsUnset) {
      return "${\(name)/\(String(pattern))/\(String(text))}".unicodeScalars
    }
    let shellPattern = try ShellPattern(Array(pattern))
    let matcher = try shellPattern.matcher(for: Array((value ?? "").unicodeScalars))
    return Text(
      isAll ? matcher.replacingAll(with: Array(text)) : matcher.replacingFirst(with: text))
  }

  private func unset(_ text: String) -> Text {
    options.contains(.keepsUnset) ? text.unicodeScalars : Text()
  }

  /// Letters, digits and underscores; or digits alone; or one of the shell's special parameters.
  private mutating func name() -> String {
    var name = Text()
    if let first = peek, Self.isDigit(first) {
      while let scalar = peek, Self.isDigit(scalar) {
        name.append(scalar)
        _ = next()
      }
      return String(name)
    }
    if let first = peek, "@*#?-$!".unicodeScalars.contains(first) {
      _ = next()
      return String(first)
    }
    while let scalar = peek, scalar == "_" || Self.isDigit(scalar) || Self.isLetter(scalar) {
      name.append(scalar)
      _ = next()
    }
    return String(name)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .decimalNumber
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}

/// Reads those regular expressions that patterns turn into.
struct ExpressionParser {
  private let text: [Unicode.Scalar]
  private var position = 0

  init(_ text: [Unicode.Scalar]) { self.text = text }

  /// - Returns: nil when it is none, such as a range from the higher to the lower.
  mutating func parse() -> [PathExpression.Item]? {
    var items: [PathExpression.Item] = []
    while let scalar = next() {
      switch scalar {
      case "^": items.append(.start)
      case "(":
        position += "(.*/)?".count - 1
        items.append(.directories)
      case ".":
        position += 1
        items.append(.anything)
      case "[":
        guard let set = parseSet() else { return nil }
        items.append(take("*") ? .many(set) : .one(set))
      case "\\":
        guard let item = parseEscape() else { return nil }
        items.append(item)
      default: items.append(.literal(scalar))
      }
    }
    return items
  }

  private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func next() -> Unicode.Scalar? {
    defer { position += 1 }
    return peek
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  private mutating func parseEscape() -> PathExpression.Item? {
    guard let scalar = next() else { return nil }
    if let set = ScalarSet.named(scalar) { return .one(set) }
    return Self.escaped(scalar).map { .literal($0) }
  }

  /// Punctuation stands for itself, a few letters for control characters; no other can be escaped.
  private static func escaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "a": return "\u{07}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "a"..."z", "A"..."Z", "0"..."9": return nil
    default: return scalar.isASCII ? scalar : nil
    }
  }

  // MARK: - Brackets

  private mutating func parseSet() -> ScalarSet? {
    var set = ScalarSet(isNegated: take("^"))
    var members = ScalarSet()
    var isFirst = true
    while isFirst || peek != "]" {
      isFirst = false
      guard peek != nil, addMember(&members) else { return nil }
    }
    position += 1
    set.formUnion(members)
    return set
  }

  private mutating func addMember(_ set: inout ScalarSet) -> Bool {
    if let name = takePOSIXName() {
      guard let ranges = ScalarSet.posix(name) else { return false }
      for range in ranges { set.insert(range) }
      return true
    }
    if peek == "\\", position + 1 < text.count, let named = ScalarSet.named(text[position + 1]) {
      position += 2
      set.formUnion(named)
      return true
    }
    guard let low = takeMember() else { return false }
    var high = low
    if peek == "-", position + 1 < text.count, text[position + 1] != "]" {
      position += 1
      guard let end = takeMember(), end >= low else { return false }
      high = end
    }
    set.insert(low...high)
    return true
  }

  private mutating func takeMember() -> Unicode.Scalar? {
    guard let scalar = next() else { return nil }
    guard scalar == "\\" else { return scalar }
    return next().flatMap { Self.escaped($0) }
  }

  /// The name in `[:name:]`; nil, and nothing taken, when none is here.
  private mutating func takePOSIXName() -> String? {
    guard text[position...].starts(with: ["[", ":"]) else { return nil }
    var end = position + 2
    while end + 1 < text.count, text[end] != ":" || text[end + 1] != "]" { end += 1 }
    guard end + 1 < text.count else { return nil }
    defer { position = end + 2 }
    return String(String.UnicodeScalarView(text[(position + 2)..<end]))
  }
}

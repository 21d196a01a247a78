/// A pattern for one component of a path.
///
/// Source: Go's `path/filepath`, "func Match". It works on characters; bytes that are no UTF-8 are
/// one replacement character each, there as here.
struct NamePattern {
  private enum Element {
    /// `*`
    case any
    /// `?`
    case one
    case character(Unicode.Scalar)
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

    func matches(_ character: Unicode.Scalar) -> Bool {
      switch self {
      case .any, .one: true
      case .character(let wanted): wanted == character
      case .set(let ranges, let isNegated):
        ranges.contains { $0.contains(character) } != isNegated
      }
    }
  }

  private let elements: [Element]

  /// - Returns: nil for a malformed pattern.
  init?(_ bytes: [UInt8]) {
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    var elements: [Element] = []
    while let first = rest.popFirst() {
      switch first {
      case "*": elements.append(.any)
      case "?": elements.append(.one)
      case "[":
        guard let set = Self.set(&rest) else { return nil }
        elements.append(set)
      case "\\":
        guard let escaped = rest.popFirst() else { return nil }
        elements.append(.character(escaped))
      default: elements.append(.character(first))
      }
    }
    self.elements = elements
  }

  /// What is between `[` and `]`: at least one character or range.
  private static func set(_ rest: inout Substring.UnicodeScalarView) -> Element? {
    var isNegated = false
    if rest.first == "^" {
      isNegated = true
      rest.removeFirst()
    }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while rest.first != "]" || ranges.isEmpty {
      guard let low = bound(&rest) else { return nil }
      var high = low
      if rest.first == "-" {
        rest.removeFirst()
        guard let end = bound(&rest) else { return nil }
        high = end
      }
      // A range from high to low holds nothing, but is one.
      ranges.append(low <= high ? low...high : "\u{0}"..."\u{0}")
    }
    rest.removeFirst()
    return .set(ranges, isNegated: isNegated)
  }

  private static func bound(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
    guard let first = rest.popFirst(), first != "-", first != "]" else { return nil }
    return first == "\\" ? rest.popFirst() : first
  }

  func matches(_ name: [UInt8]) -> Bool {
    let characters = Array(String(decoding: name, as: UTF8.self).unicodeScalars)
    var (element, character) = (0, 0)
    // Where to go on when what follows the last star does not fit.
    var retry: (element: Int, character: Int)?
    while element < elements.count || character < characters.count {
      if element < elements.count, case .any = elements[element] {
        element += 1
        retry = (element, character)
      } else if element < elements.count, character < characters.count,
        elements[element].matches(characters[character])
      {
        element += 1
        character += 1
      } else if let last = retry, last.character < characters.count {
        retry = (last.element, last.character + 1)
        (element, character) = (last.element, last.character + 1)
      } else {
        return false
      }
    }
    return true
  }
}

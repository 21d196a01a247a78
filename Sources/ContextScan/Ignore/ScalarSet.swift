/// A set of characters, as `[a-z]` describes it.
struct ScalarSet: Sendable, Equatable {
  private var ranges: [ClosedRange<UInt32>] = []
  private var isNegated: Bool

  init(isNegated: Bool = false) { self.isNegated = isNegated }

  static let notSlash: ScalarSet = {
    var set = ScalarSet(isNegated: true)
    set.insert("/"..."/")
    return set
  }()

  mutating func insert(_ range: ClosedRange<Unicode.Scalar>) {
    ranges.append(range.lowerBound.value...range.upperBound.value)
  }

  mutating func insertAll(except excluded: [ClosedRange<Unicode.Scalar>]) {
    var next: UInt32 = 0
    for range in excluded.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound.value > next { ranges.append(next...range.lowerBound.value - 1) }
      next = range.upperBound.value + 1
    }
    ranges.append(next...0x10FFFF)
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) } != isNegated
  }
}

extension ScalarSet {
  /// What a letter behind a backslash stands for in the regular expressions of the reference.
  static func named(_ letter: Unicode.Scalar) -> ScalarSet? {
    var set = ScalarSet(isNegated: letter.properties.isUppercase)
    switch letter {
    case "d", "D": set.insert("0"..."9")
    case "w", "W": word.forEach { set.insert($0) }
    case "s", "S": for scalar in "\t\n\u{0C}\r ".unicodeScalars { set.insert(scalar...scalar) }
    default: return nil
    }
    return set
  }

  private static let word: [ClosedRange<Unicode.Scalar>] = [
    "a"..."z", "A"..."Z", "0"..."9", "_"..."_",
  ]

  mutating func formUnion(_ other: ScalarSet) {
    if other.isNegated {
      insertAll(
        except: other.ranges.compactMap {
          guard let low = Unicode.Scalar($0.lowerBound), let high = Unicode.Scalar($0.upperBound)
          else { return nil }
          return low...high
        })
    } else {
      ranges += other.ranges
    }
  }

  /// The members of `[:name:]`.
  static func posix(_ name: String) -> [ClosedRange<Unicode.Scalar>]? {
    switch name {
    case "alnum": ["a"..."z", "A"..."Z", "0"..."9"]
    case "alpha": ["a"..."z", "A"..."Z"]
    case "ascii": ["\0"..."\u{7F}"]
    case "blank": ["\t"..."\t", " "..." "]
    case "cntrl": ["\0"..."\u{1F}", "\u{7F}"..."\u{7F}"]
    case "digit": ["0"..."9"]
    case "graph": ["!"..."~"]
    case "lower": ["a"..."z"]
    case "print": [" "..."~"]
    case "punct": ["!"..."/", ":"..."@", "["..."`", "{"..."~"]
    case "space": ["\t"..."\r", " "..." "]
    case "upper": ["A"..."Z"]
    case "word": word
    case "xdigit": ["0"..."9", "A"..."F", "a"..."f"]
    default: nil
    }
  }
}

extension PathExpression {
  /// All ways to match are followed at once, character by character, so that no pattern is slow.
  ///
  /// A state is the number of the item that comes next; `**/` has a second one for "inside".
  func matches(_ path: borrowing Span<UInt8>) -> Bool {
    let words = items.count * 2 / 64 + 1
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words * 2) { memory in
      memory.initialize(repeating: 0)
      var now = StateSet(UnsafeMutableBufferPointer(rebasing: memory[..<words]))
      var next = StateSet(UnsafeMutableBufferPointer(rebasing: memory[words...]))
      enter(0, &now, atStart: true)
      var position = 0
      while position < path.count {
        let (scalar, length) = Scalars.decode(path, at: position)
        next.removeAll()
        now.forEach { step($0, scalar, &next) }
        swap(&now, &next)
        if now.isEmpty { return false }
        position += length
      }
      return now.contains(items.count * 2)
    }
  }

  /// Adds an item, and those behind it that can be reached without a character.
  private func enter(_ item: Int, _ states: inout StateSet, atStart: Bool = false) {
    var item = item
    while true {
      if case .start? = item < items.count ? items[item] : nil {
        guard atStart else { return }
      } else {
        states.insert(item * 2)
        guard item < items.count, items[item].isOptional else { return }
      }
      item += 1
    }
  }

  private func step(_ state: Int, _ scalar: Unicode.Scalar, _ next: inout StateSet) {
    let item = state / 2
    guard item < items.count else { return }
    switch items[item] {
    case .literal(let literal): if literal == scalar { enter(item + 1, &next) }
    case .one(let set): if set.contains(scalar) { enter(item + 1, &next) }
    case .many(let set): if set.contains(scalar) { enter(item, &next) }
    case .anything: if scalar != "\n" { enter(item, &next) }
    case .directories:
      if scalar != "\n" { next.insert(item * 2 + 1) }
      if scalar == "/" { enter(item + 1, &next) }
    case .start: break
    }
  }
}

extension PathExpression.Item {
  fileprivate var isOptional: Bool {
    switch self {
    case .many, .directories, .anything: true
    case .literal, .one, .start: false
    }
  }
}

/// Small numbers, in memory that lives as long as one match.
private struct StateSet {
  private let words: UnsafeMutableBufferPointer<UInt64>

  init(_ words: UnsafeMutableBufferPointer<UInt64>) { self.words = words }

  mutating func insert(_ state: Int) { words[state / 64] |= 1 << UInt64(state % 64) }

  func contains(_ state: Int) -> Bool { words[state / 64] >> UInt64(state % 64) & 1 == 1 }

  mutating func removeAll() { words.update(repeating: 0) }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func forEach(_ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(index * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}

/// Where two byte strings of one origin differ.
struct ByteDifference {
  /// How many of the bytes at equal places differ, between 0 and 1.
  let share: Double
  /// The words around the differing places, in pairs: in text as far as a space reaches, in other
  /// data as far as it can be printed. At most a hundred.
  let words: [(first: [UInt8], second: [UInt8])]
  /// Places that differ when both are equally long; at most a thousand.
  let positions: [Int]

  private static let mostWords = 100
  private static let mostPositions = 1000

  init(_ first: [UInt8], _ second: [UInt8]) {
    let length = min(first.count, second.count)
    var count = 0
    var positions: [Int] = []
    for index in 0..<length where first[index] != second[index] {
      count += 1
      if positions.count < Self.mostPositions { positions.append(index) }
    }
    share = length == 0 ? 1 : Double(count) / Double(length)
    self.positions = first.count == second.count ? positions : []
    words =
      first.count == second.count
      ? Self.words(first, second, at: positions) : Self.wordsOfLines(first, second)
  }

  /// Equally long: a place in one is the same place in the other.
  private static func words(
    _ first: [UInt8], _ second: [UInt8], at positions: [Int]
  ) -> [(first: [UInt8], second: [UInt8])] {
    var found: [(first: [UInt8], second: [UInt8])] = []
    var end = -1
    for position in positions where position >= end && found.count < mostWords {
      let ranges = [first, second].map { extent(of: position, in: $0) }
      end = max(ranges[0].upperBound, ranges[1].upperBound, position + 1)
      found.append((Array(first[ranges[0]]), Array(second[ranges[1]])))
    }
    return found
  }

  private static func extent(of position: Int, in bytes: [UInt8]) -> Range<Int> {
    var (low, high) = (position, position)
    // A word of data that nobody can print has an end, too.
    while low > 0, position - low < 64, isWord(bytes[low - 1]) { low -= 1 }
    while high < bytes.count, high - position < 64, isWord(bytes[high]) { high += 1 }
    return low..<high
  }

  /// Of different length: lines are compared, those that both have aside.
  private static func wordsOfLines(
    _ first: [UInt8], _ second: [UInt8]
  ) -> [(first: [UInt8], second: [UInt8])] {
    let lines = [first, second].map { $0.split(separator: 0x0a).map(Array.init) }
    let common = Set(lines[0]).intersection(lines[1])
    let changed = lines.map { $0.filter { !common.contains($0) }.prefix(mostWords) }
    var found: [(first: [UInt8], second: [UInt8])] = []
    for (old, new) in zip(changed[0], changed[1]) {
      let parts = [old, new].map { $0.split { !isWord($0) }.map(Array.init) }
      found += zip(parts[0], parts[1]).filter { $0 != $1 }.map { ($0, $1) }
      // A piece that only one of them has.
      let shorter = min(parts[0].count, parts[1].count)
      found += parts[0].dropFirst(shorter).map { ($0, []) }
      found += parts[1].dropFirst(shorter).map { ([], $0) }
    }
    return Array(found.prefix(mostWords))
  }

  private static func isWord(_ byte: UInt8) -> Bool { (0x21..<0x7f).contains(byte) }
}

extension [UInt8] {
  func containsBytes(of text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let head = wanted.first, count >= wanted.count else { return false }
    return withUnsafeBufferPointer { bytes in
      var start = 0
      while let found = bytes[start...].firstIndex(of: head), found + wanted.count <= bytes.count {
        if bytes[found..<(found + wanted.count)].elementsEqual(wanted) { return true }
        start = found + 1
      }
      return false
    }
  }
}

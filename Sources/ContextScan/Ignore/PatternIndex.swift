/// Which patterns are worth trying, by a path's first and last byte: of thirty patterns one or two.
struct PatternIndex: Sendable {
  /// Words of 64 patterns.
  let words: Int
  /// A bit a pattern, at `byte * words + word`.
  private var byFirst: [UInt64]
  private var byLast: [UInt64]

  init(_ compiler: PatternCompiler) {
    words = (compiler.patterns.count + 63) / 64
    byFirst = [UInt64](repeating: 0, count: 256 * words)
    byLast = byFirst
    for (index, pattern) in compiler.patterns.enumerated() {
      // A pattern that is its whole head ends with it too.
      let end = pattern.kind == .exact ? pattern.head : pattern.tail
      Self.insert(index, words, &byFirst, only: pattern.head.first.map { compiler.texts[$0] })
      Self.insert(index, words, &byLast, only: end.last.map { compiler.texts[$0] })
    }
  }

  private static func insert(
    _ index: Int, _ words: Int, _ table: inout [UInt64], only byte: UInt8?
  ) {
    for value in byte.map({ $0...$0 }) ?? 0...255 {
      table[Int(value) * words + index / 64] |= 1 << UInt64(index % 64)
    }
  }

  func candidates(_ word: Int, first: UInt8, last: UInt8) -> UInt64 {
    byFirst[Int(first) * words + word] & byLast[Int(last) * words + word]
  }
}

/// Which patterns matched; the first 64 need no memory of their own.
struct PatternBits: Sendable, Equatable {
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  /// The bits of 64 patterns.
  subscript(word word: Int) -> UInt64 {
    get { word == 0 ? low : word <= high.count ? high[word - 1] : 0 }
    set {
      if word == 0 {
        low = newValue
      } else if newValue != self[word: word] {
        while high.count < word { high.append(0) }
        high[word - 1] = newValue
      }
    }
  }

  func contains(_ index: Int) -> Bool { self[word: index / 64] >> UInt64(index % 64) & 1 == 1 }
}

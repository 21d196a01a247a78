/// Which patterns matched; the first 64 need no memory of their own.
struct PatternBits: Sendable, Equatable {
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  func contains(_ index: Int) -> Bool {
    if index < 64 { return low >> UInt64(index) & 1 == 1 }
    let word = index / 64 - 1
    return word < high.count && high[word] >> UInt64(index % 64) & 1 == 1
  }

  mutating func insert(_ index: Int) {
    if index < 64 {
      low |= 1 << UInt64(index)
      return
    }
    let word = index / 64 - 1
    while high.count <= word { high.append(0) }
    high[word] |= 1 << UInt64(index % 64)
  }
}

/// One instruction's text, its continuation lines joined, that knows where each byte came from.
struct LogicalLine: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where each physical line's part begins, here and in the source; in order.
  private var parts: [(start: Int, source: Int)] = []

  mutating func append(_ source: [UInt8], _ range: Range<Int>) {
    parts.append((bytes.count, range.lowerBound))
    bytes += source[range]
  }

  var range: Range<Int> { bytes.indices }

  func sourceRange(of range: Range<Int>) -> Range<Int> {
    let start = sourceOffset(of: range.lowerBound)
    guard !range.isEmpty else { return start..<start }
    return start..<(sourceOffset(of: range.upperBound - 1) + 1)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The text as it stands.
  func word(_ range: Range<Int>) -> Word { Word(text(range), at: sourceRange(of: range)) }

  /// A text that was made from what stands at `range`.
  func word(_ text: [UInt8], from range: Range<Int>) -> Word {
    Word(String(decoding: text, as: UTF8.self), at: sourceRange(of: range))
  }

  private func sourceOffset(of index: Int) -> Int {
    var low = 0
    var high = parts.count
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].start <= index { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return parts.first?.source ?? 0 }
    return parts[low - 1].source + index - parts[low - 1].start
  }
}

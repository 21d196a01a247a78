extension CompiledPattern {
  /// Whether the pattern is about this path itself.
  func matches(
    _ path: borrowing Span<UInt8>, texts: borrowing Span<UInt8>, expressions: [PathExpression]
  ) -> Bool {
    let slash = UInt8(ascii: "/")
    switch kind {
    case .exact: return path.count == head.count && path.begins(with: texts, head)
    case .prefix: return path.begins(with: texts, head)
    case .suffix: return path.ends(with: texts, tail)
    case .name:
      guard path.ends(with: texts, tail) else { return false }
      let before = path.count - tail.count
      return before == 0 || path[before - 1] == slash
    case .star:
      guard head.count + tail.count <= path.count, path.ends(with: texts, tail),
        path.begins(with: texts, head)
      else { return false }
      for index in head.count..<path.count - tail.count where path[index] == slash { return false }
      return true
    case .fileSuffix:
      guard path.ends(with: texts, tail) else { return false }
      // A line feed in a directory's name is the one thing that `**/` does not cross.
      return !path.hasLineFeed || expressions[expression].matches(path)
    case .expression:
      guard head.count <= path.count, path.ends(with: texts, tail),
        path.begins(with: texts, head)
      else { return false }
      return expressions[expression].matches(path)
    }
  }

  /// Whether the pattern could be about something inside a directory.
  func canMatch(
    inside directory: borrowing Span<UInt8>, texts: borrowing Span<UInt8>,
    expressions: [PathExpression]
  ) -> Bool {
    let slashes = UInt8(ascii: "/")
    // Everything inside begins with the directory and a slash; so must the text in front.
    let shared = min(head.count, directory.count + 1)
    for index in 0..<shared {
      let byte = index < directory.count ? directory[index] : slashes
      if texts[head.lowerBound + index] != byte { return false }
    }
    switch kind {
    case .exact: return head.count > directory.count + 1
    case .prefix, .suffix, .name, .fileSuffix: return true
    case .star, .expression:
      guard let limit = expressions[expression].slashes else { return true }
      return directory.slashCount < limit
    }
  }
}

extension Span<UInt8> {
  fileprivate func begins(with texts: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= count else { return false }
    for index in 0..<range.count where self[index] != texts[range.lowerBound + index] {
      return false
    }
    return true
  }

  /// From the end, where paths differ soonest.
  fileprivate func ends(with texts: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= count else { return false }
    var here = count
    var there = range.upperBound
    while there > range.lowerBound {
      here -= 1
      there -= 1
      if self[here] != texts[there] { return false }
    }
    return true
  }

  fileprivate var hasLineFeed: Bool {
    for index in indices where self[index] == UInt8(ascii: "\n") { return true }
    return false
  }

  fileprivate var slashCount: Int {
    var total = 0
    for index in indices where self[index] == UInt8(ascii: "/") { total += 1 }
    return total
  }
}

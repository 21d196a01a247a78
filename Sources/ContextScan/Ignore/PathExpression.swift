/// A pattern as a sequence of things to match, one after the other, over a whole path.
struct PathExpression: Sendable, Equatable {
  enum Item: Sendable, Equatable {
    case literal(Unicode.Scalar)
    case one(ScalarSet)
    case many(ScalarSet)
    /// `**/`: nothing, or anything that ends in a slash. A line feed is not in it.
    case directories
    /// `**` at the end: anything but a line feed.
    case anything
    /// An unescaped `^` outside brackets; it can match nowhere but at the start.
    case start
  }

  let items: [Item]
  /// What every matching path begins and ends with.
  let prefix: [UInt8]
  let suffix: [UInt8]

  init(_ items: [Item]) {
    self.items = items
    let head = items.prefix { $0.scalar != nil }
    let tail = items.reversed().prefix { $0.scalar != nil }.reversed()
    prefix = Self.bytes(head)
    suffix = Self.bytes(tail)
  }

  private static func bytes(_ items: some Sequence<Item>) -> [UInt8] {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: items.compactMap(\.scalar))
    // A pattern's byte that is no UTF-8 matches any such byte: it cannot be compared as it is.
    return text.contains(Scalars.replacement) ? [] : Array(String(text).utf8)
  }

  /// How many slashes a matching path has; nil when that is open.
  var slashes: Int? {
    var count = 0
    for item in items {
      switch item {
      case .literal(let scalar): if scalar == "/" { count += 1 }
      case .one(let set), .many(let set): if set.contains("/") { return nil }
      case .directories, .anything: return nil
      case .start: break
      }
    }
    return count
  }
}

extension PathExpression.Item {
  var scalar: Unicode.Scalar? {
    if case .literal(let scalar) = self { scalar } else { nil }
  }
}

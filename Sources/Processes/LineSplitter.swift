/// Cuts a stream of bytes into lines.
struct LineSplitter {
  private static let limit = 1 << 16
  private var pending: [UInt8] = []

  mutating func add(_ bytes: some Collection<UInt8>, _ body: (String) -> Void) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      pending.append(contentsOf: rest[..<end])
      emit(body)
      rest = rest[rest.index(after: end)...]
    }
    pending.append(contentsOf: rest)
    if pending.count >= Self.limit { emit(body) }
  }

  /// Gives out a last line that has no end.
  mutating func finish(_ body: (String) -> Void) {
    if !pending.isEmpty { emit(body) }
  }

  private mutating func emit(_ body: (String) -> Void) {
    body(String(decoding: pending, as: UTF8.self))
    pending.removeAll(keepingCapacity: true)
  }
}

/// `1m30s`, `1.5h`, `300ms`: the durations of HEALTHCHECK.
///
/// Source: the grammar of Go's `time.ParseDuration`.
enum GoDuration {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9),
    ("h", 3600e9),
  ]

  /// - Returns: nil when the text is no duration, or one of more than 292 years.
  static func parse(_ text: String) -> Duration? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" { return .zero }
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      guard let amount = amount(number) else { return nil }
      rest = rest[number.endIndex...]
      let name = rest.prefix { !($0.isASCII && $0.isNumber || $0 == ".") }
      guard let unit = units.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        return nil
      }
      rest = rest[name.endIndex...]
      total += amount * unit.nanoseconds
    }
    guard total < Double(Int64.max) else { return nil }
    return .nanoseconds(isNegative ? -Int64(total) : Int64(total))
  }

  /// Digits with at most one dot, and at least one digit.
  private static func amount(_ text: Substring) -> Double? {
    let dots = text.utf8.count { $0 == UInt8(ascii: ".") }
    guard dots <= 1, text.utf8.count > dots else { return nil }
    return Double(dots == 0 ? "\(text)" : "0\(text)0")
  }
}

/// Amounts as people read them.
enum Quantity {
  static func bytes(_ count: Int64) -> String {
    if count < 1000 { return "\(count) B" }
    var value = Double(count)
    for unit in ["kB", "MB", "GB"] {
      value /= 1000
      if value < 1000 { return "\(rounded(value)) \(unit)" }
    }
    return "\(rounded(value / 1000)) TB"
  }

  static func duration(_ duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 60 { return "\(rounded(seconds)) s" }
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }

  /// How long ago something was, in one unit.
  /// - Parameters:
  ///   - moment: Seconds since 1970-01-01T00:00:00Z, as is `now`.
  static func age(_ moment: Int64, at now: Int64) -> String {
    let seconds = max(0, now - moment)
    if seconds < 60 { return "\(seconds) s ago" }
    if seconds < 3600 { return "\(seconds / 60) min ago" }
    if seconds < 2 * 86_400 { return "\(seconds / 3600) h ago" }
    return "\(seconds / 86_400) d ago"
  }

  /// Three digits at most.
  private static func rounded(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
  }

  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}

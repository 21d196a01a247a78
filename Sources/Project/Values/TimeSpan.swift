/// A length of time as people write it in a configuration: `90s`, `30m`, `12h`, `7d`.
package enum TimeSpan {
  /// - Returns: nil when `text` is not a whole number and one of the units.
  package static func duration(_ text: String) -> Duration? {
    guard let unit = text.last, let count = Int64(text.dropLast()), count >= 0 else { return nil }
    let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let factor = seconds[unit] else { return nil }
    let (total, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? nil : .seconds(total)
  }
}

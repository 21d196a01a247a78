/// A day in UTC, and how programs write it.
struct CalendarDate: Sendable, Hashable {
  let year: Int64
  let month: Int
  let day: Int

  /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
  init(secondsSince1970 seconds: Int64) {
    let shifted = seconds.flooredDivision(by: 86_400) + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// `2026-11-24`, `20261124`, `2026/11/24`, `24/11/2026`, `11/24/2026`, `24 Nov 2026`, `Nov 24`.
  var forms: [String] {
    let name = Self.months[month - 1]
    let (month, day) = (Self.padded(month), Self.padded(day))
    return [
      "\(year)-\(month)-\(day)", "\(year)\(month)\(day)", "\(year)/\(month)/\(day)",
      "\(day)/\(month)/\(year)", "\(month)/\(day)/\(year)", "\(day) \(name) \(year)",
      "\(name) \(day)", "\(day)-\(name)-\(year)", "\(year).\(month).\(day)",
    ]
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

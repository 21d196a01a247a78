/// The header by which a server says when to come back.
///
/// Source: RFC 9110, 10.2.3: a number of seconds, or a date in the form of 5.6.7.
enum RetryAfter {
  static func pause(in response: HTTPResponse, now: Int64) -> Duration? {
    response.header("retry-after").flatMap { pause($0, now: now) }
  }

  /// - Parameter now: In seconds since 1970-01-01T00:00:00Z.
  /// - Returns: nil when `value` is neither; a date in the past is no pause.
  static func pause(_ value: String, now: Int64) -> Duration? {
    if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // A number that does not fit is still a number: too long.
      return .seconds(Int64(value) ?? Int64(Int32.max))
    }
    guard let date = unixSeconds(of: value) else { return nil }
    return .seconds(max(0, min(date - now, Int64(Int32.max))))
  }

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func unixSeconds(of date: String) -> Int64? {
    let fields = date.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" })
    guard fields.count == 8, fields[7] == "GMT",
      let day = Int64(fields[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(fields[2])),
      let year = Int64(fields[3]), (1970...9999).contains(year),
      let hour = Int64(fields[4]), (0...23).contains(hour),
      let minute = Int64(fields[5]), (0...59).contains(minute),
      let second = Int64(fields[6]), (0...60).contains(second)
    else { return nil }
    return days(year: year, month: Int64(month) + 1, day: day) * 86400
      + hour * 3600 + minute * 60 + second
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the
  /// leap day is the last of its year.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + dayOfYear - 719_468
  }
}

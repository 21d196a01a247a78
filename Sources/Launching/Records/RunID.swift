import Glibc

/// The name of a run: `20261124-061502-a1b2`, in the order of their starts, short enough to type.
package struct RunID: Sendable, Hashable {
  package let text: String

  /// - Parameter time: Seconds since 1970-01-01T00:00:00Z; the name shows it in UTC.
  init(time: Int64, random: UInt32 = .random(in: 0 ... .max)) {
    var seconds = time_t(time)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(Int.init)
    let digits = Self.padded(String(random % 0x1_0000, radix: 16), 4)
    text =
      Self.padded("\(date[0])", 4) + date[1...].map { Self.padded("\($0)", 2) }.joined() + "-"
      + clock.map { Self.padded("\($0)", 2) }.joined() + "-" + digits
  }

  /// - Returns: nil for what is no such name: a database may say anything.
  init?(parsing text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [8, 6, 4], parts.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
      return nil
    }
    self.text = text
  }

  /// Seconds since 1970-01-01T00:00:00Z; nil for what is no time.
  var time: Int64? {
    let numbers = text.split(separator: "-").prefix(2).compactMap { Int32($0) }
    guard numbers.count == 2 else { return nil }
    var parts = tm()
    parts.tm_year = numbers[0] / 1_00_00 - 1900
    parts.tm_mon = numbers[0] / 1_00 % 1_00 - 1
    parts.tm_mday = numbers[0] % 1_00
    parts.tm_hour = numbers[1] / 1_00_00
    parts.tm_min = numbers[1] / 1_00 % 1_00
    parts.tm_sec = numbers[1] % 1_00
    return Int64(timegm(&parts))
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

extension RunID: CustomStringConvertible {
  package var description: String { text }
}

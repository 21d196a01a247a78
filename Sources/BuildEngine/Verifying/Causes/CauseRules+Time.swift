import OCI

extension DifferenceCause {
  /// Both versions have, where they differ, what the clock said while they were made.
  static func ofTime(_ file: FileVersions) -> DifferenceCause? {
    guard let (first, second) = file.contents else {
      let isOnlyOne = (file.first == nil) != (file.second == nil)
      let moments = file.moments
      guard isOnlyOne, moments.contains(where: { TimeText.isNamed(in: file.path.name, $0) })
      else { return nil }
      return DifferenceCause(
        .timeStamp, evidence: String(decoding: file.path.name, as: UTF8.self))
    }
    let difference = ByteDifference(first, second)
    for (old, new) in difference.words
    where TimeText.isTime(old, file.firstMoment) && TimeText.isTime(new, file.secondMoment) {
      return DifferenceCause(.timeStamp, evidence: shown(old, new))
    }
    let isBinary = difference.positions.contains { position in
      TimeText.isBinaryTime(at: position, in: first, file.firstMoment)
        && TimeText.isBinaryTime(at: position, in: second, file.secondMoment)
    }
    return isBinary ? DifferenceCause(.timeStamp) : nil
  }
}

/// Recognises times as programs write them.
enum TimeText {
  /// How far a time in a file may lie from the moment of its build, in seconds.
  private static let tolerance: Int64 = 120
  private static let day: Int64 = 86_400

  /// Whether a word holds a time of day, a date, or a number of seconds.
  static func isTime(_ word: [UInt8], _ moment: FileVersions.Moment) -> Bool {
    let text = String(decoding: word, as: UTF8.self)
    if text.contains(/[0-2]?[0-9]:[0-5][0-9](:[0-6][0-9])?/) { return true }
    // How long something took is as little the same twice.
    if text.contains(/^\(?[0-9]+m?[0-9]*\.[0-9]+(s|ms|sec|seconds)\b/) { return true }
    return isNamed(in: word, moment)
  }

  /// The same without times of day, which are in names of all kinds.
  static func isNamed(in word: [UInt8], _ moment: FileVersions.Moment) -> Bool {
    let text = String(decoding: word, as: UTF8.self)
    if moment.isUnknown, text.contains(/\b20[0-9]{2}[-.\/]?[01][0-9][-.\/]?[0-3][0-9]/) {
      return true
    }
    let days = [moment.began - day, moment.began, moment.ended, moment.ended + day]
      .map(CalendarDate.init(secondsSince1970:))
    if days.contains(where: { day in day.forms.contains { text.contains($0) } }) { return true }
    return word.split { !(0x30...0x39).contains($0) }.contains { digits in
      guard let number = Int64(String(decoding: digits, as: UTF8.self)) else { return false }
      // Seconds, or thousandths, millionths and so on of them.
      let seconds = [10: 1, 13: 1000, 16: 1_000_000, 19: 1_000_000_000][digits.count]
        .map { number / $0 }
      return seconds.map { isNear($0, moment) } ?? false
    }
  }

  /// Whether a number of seconds in 32 bits, of either order, covers the byte at a position.
  static func isBinaryTime(
    at position: Int, in bytes: [UInt8], _ moment: FileVersions.Moment
  ) -> Bool {
    (max(0, position - 3)...position).contains { start in
      guard start + 4 <= bytes.count else { return false }
      let value = bytes[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return isNear(Int64(value), moment) || isNear(Int64(value.byteSwapped), moment)
    }
  }

  private static func isNear(_ seconds: Int64, _ moment: FileVersions.Moment) -> Bool {
    (moment.began - tolerance...moment.ended + tolerance).contains(seconds)
  }
}

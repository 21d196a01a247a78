import Project

/// `--older-than 7d`.
enum TimeSpanOption {
  static func duration(_ text: String?) throws -> Duration? {
    guard let text else { return nil }
    guard let duration = TimeSpan.duration(text) else {
      throw UsageError(
        "invalid-time-span", "'\(text)' is not a length of time",
        help: "write a number and s, m, h or d, as 12h or 7d")
    }
    return duration
  }
}

/// `--keep-storage 20GB`.
enum ByteCountOption {
  static func bytes(_ text: String?) throws -> Int64? {
    guard let text else { return nil }
    guard let count = ByteCount(text) else {
      throw UsageError(
        "invalid-size", "'\(text)' is not a size", help: "write a number and a unit, as 20GB")
    }
    return count.bytes
  }
}

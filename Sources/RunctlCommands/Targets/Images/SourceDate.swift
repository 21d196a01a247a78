import LayerArchive

/// The time that everything in an image gets.
enum SourceDate {
  /// `SOURCE_DATE_EPOCH`, else a constant.
  ///
  /// Source: reproducible-builds.org, "SOURCE_DATE_EPOCH specification".
  static func epoch(_ environment: [String: String]) throws -> Int64 {
    guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else {
      return LayerWriter.epoch
    }
    guard let seconds = Int64(text), (0...0xffff_ffff).contains(seconds) else {
      throw UsageError(
        "invalid-epoch", "SOURCE_DATE_EPOCH is '\(text)'",
        help: "set it to seconds since 1970-01-01, or unset it")
    }
    return seconds
  }
}

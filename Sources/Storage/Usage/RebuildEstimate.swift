/// How long it takes to have something again that was taken away.
///
/// Only what a step took is measured. The other figures are guesses that need to be right in their
/// order of magnitude: they decide what goes first among things that were last used at the same
/// time.
enum RebuildEstimate {
  /// Bytes in a second. Unpacking: what one core does from gzip to a local disk (`Benchmarks`).
  /// Downloading: what a registry gives over a line of 200 Mbit/s.
  private static let unpacking: Int64 = 200_000_000
  private static let downloading: Int64 = 25_000_000

  /// A question to a registry.
  static let asking = Duration.milliseconds(300)
  /// What is made beside everything else.
  static let nothing = Duration.zero

  static func unpacking(_ bytes: Int64) -> Duration { .seconds(bytes) / unpacking }
  static func downloading(_ bytes: Int64) -> Duration { asking + .seconds(bytes) / downloading }
}

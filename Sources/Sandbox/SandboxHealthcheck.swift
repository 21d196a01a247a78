/// A command that says from time to time whether the one in the sandbox is well.
package struct SandboxHealthcheck: Codable, Sendable, Equatable {
  /// Looked up in the root, as the command itself.
  package var arguments: [String]
  /// In milliseconds, as the others: from the end of one check to the start of the next.
  package var interval: Int64
  package var timeout: Int64
  /// Failures in this time after the start do not count.
  package var startPeriod: Int64
  /// After so many failures in a row it is not well.
  package var retries: Int
  /// Where outside it is said: the absolute path of a file with `starting`, `healthy` or `unhealthy`.
  package var file: String

  package init(
    _ arguments: [String], interval: Int64, timeout: Int64, startPeriod: Int64, retries: Int,
    file: String
  ) {
    (self.arguments, self.file) = (arguments, file)
    (self.interval, self.timeout) = (interval, timeout)
    (self.startPeriod, self.retries) = (startPeriod, retries)
  }
}

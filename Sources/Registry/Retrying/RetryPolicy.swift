/// How often something is tried again, and after what pause.
///
/// The pause doubles from try to try and is spread by chance, so that clients which failed together
/// do not come back together.
struct RetryPolicy: Sendable {
  /// Tries in all, the first included.
  var attempts = 5
  var firstPause = Duration.milliseconds(250)
  var longestPause = Duration.seconds(10)
  /// A registry that asks for more patience than this is given up on.
  var longestWait = Duration.seconds(60)
  /// A number in 0..<1.
  var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }

  /// - Parameters:
  ///   - failures: How often it failed so far, at least 1.
  ///   - asked: What the server's `Retry-After` says.
  /// - Returns: nil when it is not to be tried again.
  func pause(after failures: Int, asked: Duration? = nil) -> Duration? {
    guard failures < attempts else { return nil }
    if let asked { return asked <= longestWait ? asked : nil }
    let doubled = firstPause * (1 << min(failures - 1, 16))
    return min(doubled, longestPause) * (0.5 + jitter() / 2)
  }
}

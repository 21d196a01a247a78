import AWS
import Glibc

/// A time in which an instance is not reached. Its run goes on meanwhile.
struct RemoteOutage {
  /// After this it is given up.
  static let patience = Duration.seconds(3600)
  private static let longestPause = Duration.seconds(30)

  private let start = ContinuousClock.now
  private var pause = Duration.seconds(1)
  /// For who follows.
  let note = "the instance is not reached since \(Self.clock()), trying on"

  /// How long to wait before the next try; nil to try no more.
  mutating func nextPause() -> Duration? {
    guard ContinuousClock.now - start < Self.patience else { return nil }
    defer { pause = min(pause * 2, Self.longestPause) }
    return pause
  }

  /// Whether what went wrong may go right later.
  static func isPassing(_ error: any Error) -> Bool {
    switch error {
    case let error as AWSError: error.isPassing
    case RemoteError.unreachable, RemoteError.commandTimedOut, RemoteError.commandFailed: true
    default: false
    }
  }

  /// `09:05`, of the place where the person is.
  private static func clock() -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    func digits(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(digits(parts.tm_hour)):\(digits(parts.tm_min))"
  }
}

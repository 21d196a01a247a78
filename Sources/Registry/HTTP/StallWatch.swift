/// Notices an exchange in which nothing moves any more.
///
/// While bytes should flow, silence is a broken connection; when all of an upload has gone out, a
/// registry may take minutes to store it before it answers.
struct StallWatch {
  static let flowing = Duration.seconds(30)
  static let answering = Duration.seconds(300)

  /// Of the request's body, in bytes; 0 when there is none.
  private let toSend: Int64
  private var moved: Int64 = -1
  private var since = Duration.zero

  init(toSend: Int64) { self.toSend = toSend }

  /// - Parameter now: On a clock that only goes forward.
  /// - Returns: Whether the exchange is to be given up.
  mutating func hasStalled(received: Int64, sent: Int64, now: Duration) -> Bool {
    if received + sent != moved {
      moved = received + sent
      since = now
      return false
    }
    let isAnswering = toSend > 0 && sent >= toSend && received == 0
    return now - since > (isAnswering ? Self.answering : Self.flowing)
  }
}

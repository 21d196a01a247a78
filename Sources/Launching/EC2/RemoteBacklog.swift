package import AWS

/// A place in S3 through which long logs pass: a command's output is too narrow for them.
package struct RemoteBacklog: Sendable {
  /// An S3 address without a slash at its end: `s3://bucket/runctl/project/logs`.
  package let address: String
  /// Others may follow the same run.
  private let follower = String(UInt64.random(in: 0 ... .max), radix: 16)
  private let aws: AWSProgram

  package init(_ address: String, _ aws: AWSProgram) {
    self.address = address
    self.aws = aws
  }

  /// An object for what is behind an offset. The same one each time: what comes late of a look that
  /// was lost is what a later look wants, or is taken away with it.
  func passage(ofRun id: String, after offset: Int64) -> String {
    "\(address)/\(id)-\(follower)-\(offset).gz"
  }

  /// What the instance put there, and takes it away.
  func take(_ object: String) throws -> [UInt8] {
    defer { remove(object) }
    return try aws.interrupted(by: nil).call(["s3", "cp"], [object, "-"])
  }

  /// Also where nobody waits any more for what the instance may have put there.
  func remove(_ object: String) {
    _ = try? aws.interrupted(by: nil).call(["s3", "rm"], [object])
  }
}

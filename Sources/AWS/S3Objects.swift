/// What is done with objects in S3.
package struct S3Objects: Sendable {
  private let aws: AWSProgram

  package init(_ aws: AWSProgram) { self.aws = aws }

  /// - Returns: How large the object is, in bytes; nil where there is none, or where one may not
  ///   know.
  /// - Throws: ``AWSError``, as the others.
  package func size(of place: S3Location) throws(AWSError) -> Int64? {
    do throws(AWSError) {
      return try aws.call(
        ["s3api", "head-object"], ["--bucket", place.bucket, "--key", place.key], as: Head.self
      ).size
    } catch .refused(_, "404", _) {
      return nil
    } catch .denied {
      // Who may not list a bucket is told this of what is not there.
      return nil
    }
  }

  /// - Throws: ``AWSError``, also where one may not know.
  package func hasBucket(_ name: String) throws(AWSError) -> Bool {
    do throws(AWSError) {
      _ = try aws.call(["s3api", "head-bucket"], ["--bucket", name])
      return true
    } catch .refused(_, "404", _) {
      return false
    }
  }

  /// - Parameter path: Absolute, of a file.
  package func upload(_ path: String, to place: S3Location) throws(AWSError) {
    try copy([path, place.description], needs: "s3:PutObject")
  }

  /// Brings everything below `place` into a folder, beside what is there.
  /// - Parameter folder: Absolute.
  package func download(_ place: S3Location, into folder: String) throws(AWSError) {
    try copy(["--recursive", place.description + "/", folder], needs: "s3:GetObject")
  }

  /// - Parameter path: Absolute; a file there is replaced.
  package func download(file place: S3Location, to path: String) throws(AWSError) {
    try copy([place.description, path], needs: "s3:GetObject")
  }

  private struct Head: Decodable {
    let size: Int64

    enum CodingKeys: String, CodingKey { case size = "ContentLength" }
  }

  private func copy(_ words: [String], needs action: String) throws(AWSError) {
    do throws(AWSError) {
      _ = try aws.call(["s3", "cp"], ["--only-show-errors"] + words)
    } catch .denied("s3:Cp", let told) {
      throw .denied(action: action, told: told)
    }
  }
}

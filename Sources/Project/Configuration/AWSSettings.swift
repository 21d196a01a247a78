/// `[aws]`, without the keys that are about making instances: nothing here makes any.
package struct AWSSettings: Sendable, Hashable {
  package let region: Located<String>?
  package let s3Bucket: Located<String>?
  /// The project that runs belong to: one part of names in S3 and on instances.
  package let defaultProjectName: Located<String>?
  /// Whose runs they are: one part of names in S3.
  package let userID: Located<String>?

  init(_ values: ConfigurationValues) {
    region = values.text("aws", "region")
    s3Bucket = values.text("aws", "s3_bucket")
    defaultProjectName = values.text("aws", "default_project_name")
    userID = values.text("aws", "user_id")
  }
}

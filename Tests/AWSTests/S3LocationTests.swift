import Testing

@testable import AWS

struct S3LocationTests {
  @Test(
    arguments: [
      ("s3://bucket", "s3://bucket"), ("s3://bucket/", "s3://bucket"), ("bucket", "s3://bucket"),
      ("s3://my-bucket.2/a/b", "s3://my-bucket.2/a/b"), ("s3://bucket//a//b/", "s3://bucket/a/b"),
      ("s3://bucket/a b/ü'\"$(x)", "s3://bucket/a b/ü'\"$(x)"), ("bucket/runs", "s3://bucket/runs"),
      ("", nil), ("s3://", nil), ("s3://ab", nil), ("s3://Bucket/a", nil), ("s3://-bucket", nil),
      ("s3://bucket/a\nb", nil), ("https://bucket", nil), ("s3://buc ket", nil),
    ] as [(String, String?)])
  func reads(text: String, expected: String?) {
    #expect(S3Location(text)?.description == expected)
  }

  @Test func whatIsBelow() throws {
    let place = try #require(S3Location("s3://bucket"))
    #expect("\(place.appending("a").appending("b/c"))" == "s3://bucket/a/b/c")
  }
}

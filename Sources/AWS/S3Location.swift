/// A place in S3: a bucket, and what the keys there begin with.
package struct S3Location: Sendable, Hashable {
  package let bucket: String
  /// Without slashes at its ends; empty for the bucket as a whole.
  package let key: String

  /// - Returns: nil for what is no bucket's name, or for a key that no program can name.
  ///
  /// Source: "General purpose bucket naming rules" in the S3 user guide.
  package init?(bucket: String, key: String = "") {
    let isName = bucket.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || ".-_".utf8.contains($0)
    }
    guard isName, (3...63).contains(bucket.utf8.count), !".-".contains(bucket.prefix(1)),
      key.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
    else { return nil }
    self.bucket = bucket
    self.key = key.split(separator: "/").joined(separator: "/")
  }

  /// - Parameter text: `s3://BUCKET/KEY`, or `BUCKET`, as people write it.
  package init?(_ text: String) {
    let rest = text.hasPrefix("s3://") ? text.dropFirst(5) : text[...]
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(bucket: String(parts[0]), key: parts.count == 2 ? String(parts[1]) : "")
  }

  /// What is at `path` below it.
  package func appending(_ path: String) -> S3Location {
    S3Location(bucket: bucket, key: key.isEmpty ? path : "\(key)/\(path)") ?? self
  }
}

extension S3Location: CustomStringConvertible {
  package var description: String { "s3://\(bucket)" + (key.isEmpty ? "" : "/\(key)") }
}

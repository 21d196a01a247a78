package import OCI

/// One gzip member of a layer: a stretch of its tar stream, compressed by itself.
package struct LayerMember: Hashable, Sendable {
  /// The digest of the stretch before compression.
  package let key: Digest
  /// Where the member starts in the layer's blob, in bytes.
  package let offset: Int64
  /// Of the member in the blob, in bytes.
  package let length: Int64

  package init(key: Digest, offset: Int64, length: Int64) {
    self.key = key
    self.offset = offset
    self.length = length
  }
}

/// Members that were compressed before. Called from several threads.
package protocol MemberSource: Sendable {
  /// - Parameter key: The digest of what the member unpacks to.
  /// - Returns: The member as it was written by the same format version and library; nil when
  ///   there is none. A member whose checksum or length is wrong is not used.
  func compressed(for key: Digest) -> [UInt8]?
}

package import OCI

/// Members that were compressed before. Called from several threads.
package protocol MemberSource: Sendable {
  /// - Parameter key: The digest of what the member unpacks to.
  /// - Returns: The member as it was written by the same format version and library; nil when
  ///   there is none. A member whose checksum or length is wrong is not used.
  func compressed(for key: Digest) -> [UInt8]?
}

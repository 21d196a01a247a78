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

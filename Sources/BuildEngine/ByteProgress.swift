/// How far something is, in bytes.
package struct ByteProgress: Sendable {
  package let done: Int64
  /// 0 when nobody knows.
  package let total: Int64

  package init(done: Int64, total: Int64) {
    (self.done, self.total) = (done, total)
  }
}

/// Where the bytes of a regular file come from.
package enum FileContent {
  /// Reads at an offset into a buffer and says how many bytes it got; 0 only at the end.
  package typealias Read = (_ offset: Int64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int

  /// Nothing: the entry is no regular file, or an empty one.
  case none
  case bytes([UInt8])
  /// A link at the end of the path is not followed.
  case file(path: String)
  /// A name in an open directory; a link is not followed. The descriptor stays the caller's.
  case fileAt(directory: Int32, name: [UInt8])
  case reader(Read)
}

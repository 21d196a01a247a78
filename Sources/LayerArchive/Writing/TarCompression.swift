import Glibc
package import OCI

/// Makes a layer of a tar stream that somebody else wrote, as it is: names, times and owners stay.
package enum TarCompression {
  /// Compresses a stream in members of 1 MiB.
  ///
  /// - Parameters:
  ///   - next: Fills a buffer and says how many bytes it got; 0 only at the end.
  ///   - blob: Takes the compressed stream.
  /// - Returns: The descriptor, and the digest of the stream before compression.
  package static func gzip(
    _ next: (UnsafeMutableRawBufferPointer) throws -> Int, into blob: any BlobWriter
  ) throws -> (descriptor: Descriptor, diffID: Digest) {
    let cores = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8)
    let pipeline = MemberPipeline(into: blob, reusing: nil, workers: cores)
    var hash = SHA256()
    var isAtEnd = false
    while !isAtEnd {
      let chunk = pipeline.makeChunk()
      while chunk.count < MemberBoundary.large {
        let count = try next(chunk.room(for: MemberBoundary.large - chunk.count))
        isAtEnd = count == 0
        if isAtEnd { break }
        chunk.advance(by: count)
      }
      hash.update(chunk.bytes)
      try pipeline.submit(chunk)
    }
    try pipeline.drain()
    let (digest, size) = try blob.commit(expecting: nil)
    return (
      Descriptor(mediaType: .layerGzip, digest: digest, size: size), hash.finalize()
    )
  }
}

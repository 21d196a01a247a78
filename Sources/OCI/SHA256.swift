import CCrypto

/// SHA-256 as the bytes come. A value: a copy continues on its own.
package struct SHA256: Sendable {
  private var state = SHA256state_st()

  package init() {
    SHA256_Init(&state)
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(&state, bytes.baseAddress, bytes.count)
  }

  package mutating func update(_ bytes: [UInt8]) {
    SHA256_Update(&state, bytes, bytes.count)
  }

  package consuming func finalize() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
      SHA256_Final(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &state)
      return Digest(loading: UnsafeRawBufferPointer(buffer), at: 0)
    }
  }

  package static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  package static func digest(of text: String) -> Digest {
    digest(of: Array(text.utf8))
  }
}

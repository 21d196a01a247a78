/// The SHA-256 of some bytes, which is their name wherever content is addressed.
///
/// Source: OCI image-spec v1.1, `descriptor.md`, "Digests". Only `sha256` is understood: it is the
/// one algorithm that every registry and runtime must support.
package struct Digest: Hashable, Sendable {
  package static let byteCount = 32

  // Four words instead of an array: no allocation, and comparing is four instructions.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameter bytes: Exactly 32; otherwise nil comes back.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    let loaded = bytes.withContiguousStorageIfAvailable {
      Digest(loading: UnsafeRawBufferPointer($0), at: 0)
    }
    self = loaded ?? Array(bytes).withUnsafeBytes { Digest(loading: $0, at: 0) }
  }

  /// Reads 32 bytes at `offset`.
  package init(loading buffer: UnsafeRawBufferPointer, at offset: Int) {
    func word(_ index: Int) -> UInt64 {
      UInt64(
        bigEndian: buffer.loadUnaligned(fromByteOffset: offset + index * 8, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// - Parameter hex: 64 lower-case hexadecimal digits; otherwise nil comes back.
  package init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == Self.byteCount * 2 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else {
        return nil
      }
      bytes.append(high << 4 | low)
    }
    self.init(bytes: bytes)
  }

  /// - Parameter description: `sha256:` and 64 hexadecimal digits; otherwise nil comes back.
  package init?(_ description: some StringProtocol) {
    guard description.hasPrefix("sha256:") else { return nil }
    self.init(hex: description.dropFirst(7))
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  package var bytes: [UInt8] { withBytes(Array.init) }

  /// Gives the 32 bytes without making an array of them.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(
      of: (
        words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
      ), body)
  }

  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: Self.byteCount * 2) { text in
      for (index, byte) in bytes.enumerated() {
        text[index * 2] = digits[Int(byte >> 4)]
        text[index * 2 + 1] = digits[Int(byte & 15)]
      }
      return Self.byteCount * 2
    }
  }

  /// The first twelve digits, as people are shown them.
  package var short: String { String(hex.prefix(12)) }

  package static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: Comparable {
  package static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }
}

extension Digest: CustomStringConvertible {
  package var description: String { "sha256:" + hex }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a sha256 digest: '\(text)'"))
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

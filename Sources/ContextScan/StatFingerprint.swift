package import FileSystem

/// 128 bits that stand for a set of stat records, whatever the order in which they were seen.
///
/// It decides only that nothing changed; what did change is always found by content. Not a
/// cryptographic hash: the records come from the kernel, not from somebody who wants a collision.
package struct StatFingerprint: Sendable, Hashable {
  package private(set) var high: UInt64 = 0
  package private(set) var low: UInt64 = 0

  package init() {}

  package init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    for byte in bytes[..<8] { high = high << 8 | UInt64(byte) }
    for byte in bytes[8...] { low = low << 8 | UInt64(byte) }
  }

  package var bytes: [UInt8] {
    [high, low].flatMap { word in
      stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
  }

  /// Adds what stat said of something whose path hashes to `path`; nil where there is nothing.
  package mutating func add(path: PathHash, _ status: FileStatus?) {
    guard let status else { return add(path, [0x6e_6f_6e_65]) }
    // A directory's times and size change with names that may be ignored; those that are not are
    // added by themselves.
    if status.kind == .directory { return add(path, [UInt64(status.mode)]) }
    add(
      path,
      [
        UInt64(status.mode) | status.linkCount << 32, UInt64(bitPattern: status.size),
        UInt64(bitPattern: status.modified), UInt64(bitPattern: status.changed), status.inode,
        status.device, UInt64(status.uid) | UInt64(status.gid) << 32,
      ])
  }

  /// Adds a text, such as an argument, under a name of its own.
  package mutating func add(name: String, _ text: String) {
    add(PathHash(Array(name.utf8)), [PathHash(Array(text.utf8)).value])
  }

  package mutating func add(_ other: StatFingerprint) {
    high &+= other.high
    low &+= other.low
  }

  private mutating func add(_ path: PathHash, _ words: some Sequence<UInt64>) {
    var first = path.value ^ 0x9e37_79b9_7f4a_7c15
    var second = path.value ^ 0xc2b2_ae3d_27d4_eb4f
    for word in words {
      first = Self.mix(first ^ word, 0xa076_1d64_78bd_642f)
      second = Self.mix(second &+ word, 0xe703_7ed1_a0b4_28db)
    }
    // A sum, so that directories may be walked in any order and by several threads.
    high &+= first
    low &+= second
  }

  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low ^ a
  }
}

/// 64 bits for a path; that of a name in a directory follows from the directory's.
package struct PathHash: Sendable, Hashable {
  package let value: UInt64

  package init(_ bytes: [UInt8]) {
    value = Self.extend(0x2d35_8dcc_aa6c_78a5, with: bytes)
  }

  private init(value: UInt64) { self.value = value }

  package func appending(name: [UInt8]) -> PathHash {
    PathHash(value: Self.extend(value ^ 0x2f, with: name))
  }

  private static func extend(_ start: UInt64, with bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { buffer in
      var hash = StatFingerprint.mix(start, 0x8bb8_4b93_962e_acc9 ^ UInt64(buffer.count))
      var at = 0
      while at + 8 <= buffer.count {
        let word = buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        hash = StatFingerprint.mix(hash ^ word, 0xa076_1d64_78bd_642f)
        at += 8
      }
      var rest: UInt64 = 0
      while at < buffer.count {
        rest = rest << 8 | UInt64(buffer[at])
        at += 1
      }
      return StatFingerprint.mix(hash ^ rest, 0xe703_7ed1_a0b4_28db)
    }
  }
}

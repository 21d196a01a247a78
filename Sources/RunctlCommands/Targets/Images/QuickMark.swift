import ContextScan
import FileSystem
import OCI
import Storage

/// The number that says "nothing changed", and what must be looked at to make it again.
struct QuickMark: Equatable {
  let fingerprint: StatFingerprint
  /// Of the image's parts in the store when they were whole.
  let parts: StatFingerprint
  /// The paths of the context that count.
  let roots: [TreePath]
  /// From when on a look must be close, in seconds since 1970-01-01T00:00:00Z; nil is never.
  let expiry: Int64?

  init(
    fingerprint: StatFingerprint, parts: StatFingerprint, roots: [TreePath], expiry: Int64? = nil
  ) {
    self.fingerprint = fingerprint
    self.parts = parts
    self.roots = roots
    self.expiry = expiry
  }

  /// For an image that must be looked at closely: no look gives this number.
  init(parts: StatFingerprint) {
    self.init(fingerprint: StatFingerprint(), parts: parts, roots: [])
  }

  /// - Returns: nil when the bytes are not what `bytes` gives.
  init?(bytes: [UInt8]) {
    guard bytes.count >= 33, let fingerprint = StatFingerprint(bytes: Array(bytes[..<16])),
      let parts = StatFingerprint(bytes: Array(bytes[16..<32]))
    else { return nil }
    self.fingerprint = fingerprint
    self.parts = parts
    let count = Int(bytes[32])
    let names = bytes[33...].split(
      separator: 0, maxSplits: count, omittingEmptySubsequences: false)
    guard names.count == count + 1, let rest = names.last, [0, 8].contains(rest.count) else {
      return nil
    }
    expiry = rest.isEmpty ? nil : rest.reduce(0) { $0 << 8 | Int64($1) }
    roots = names.prefix(count).map { TreePath(trusted: Array($0)) }
  }

  /// With more roots than a mark can hold, that of an image that must be looked at closely.
  var bytes: [UInt8] {
    guard roots.count < 256 else { return QuickMark(parts: parts).bytes }
    let expiryBytes = expiry.map { withUnsafeBytes(of: $0.bigEndian) { Array($0) } } ?? []
    return fingerprint.bytes + parts.bytes + [UInt8(roots.count)]
      + roots.flatMap { $0.bytes + [0] } + expiryBytes
  }
}

/// Everything beside the context that can make an image out of date, as stat records and texts.
struct QuickInputs {
  /// Names and values, such as arguments.
  var texts: [(name: String, value: String)] = []
  /// Paths of files whose stat records count, whether or not they are there.
  var files: [String] = []

  func fingerprint() throws -> StatFingerprint {
    var fingerprint = StatFingerprint()
    for (name, value) in texts { fingerprint.add(name: name, value) }
    for path in files {
      fingerprint.add(
        path: PathHash(Array(path.utf8)), try FileStatus.of(path, followLink: true))
    }
    return fingerprint
  }
}

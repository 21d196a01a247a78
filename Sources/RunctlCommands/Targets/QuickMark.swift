import ContextScan
import FileSystem
import OCI
import Storage

/// The number that says "nothing changed", and what must be looked at to make it again.
struct QuickMark: Equatable {
  let fingerprint: StatFingerprint
  /// The paths of the context that count.
  let roots: [TreePath]

  init(fingerprint: StatFingerprint, roots: [TreePath]) {
    self.fingerprint = fingerprint
    self.roots = roots
  }

  /// - Returns: nil when the bytes are not what `bytes` gives.
  init?(bytes: [UInt8]) {
    guard bytes.count >= 17, let fingerprint = StatFingerprint(bytes: Array(bytes[..<16])) else {
      return nil
    }
    self.fingerprint = fingerprint
    let count = Int(bytes[16])
    let parts = bytes[17...].split(
      separator: 0, maxSplits: count, omittingEmptySubsequences: false)
    guard parts.count == count + 1 else { return nil }
    roots = parts.prefix(count).map { TreePath(trusted: Array($0)) }
  }

  /// - Returns: nil when there are more roots than a mark can hold: then a closer look is needed.
  var bytes: [UInt8]? {
    guard roots.count < 256 else { return nil }
    return fingerprint.bytes + [UInt8(roots.count)] + roots.flatMap { $0.bytes + [0] }
  }
}

/// Everything beside the context that can make an image out of date, as stat records and texts.
struct QuickInputs {
  /// Names and values, such as arguments.
  var texts: [(name: String, value: String)] = []
  /// Paths of files whose stat records count, whether or not they are there.
  var files: [String] = []

  /// - Parameter contents: What the output consists of.
  func fingerprint(contents: [Digest], in blobs: String) throws -> StatFingerprint {
    var fingerprint = StatFingerprint()
    for (name, value) in texts { fingerprint.add(name: name, value) }
    for path in files + contents.map({ blobs + "/" + $0.hex }) {
      fingerprint.add(
        path: PathHash(Array(path.utf8)), try FileStatus.of(path, followLink: true))
    }
    return fingerprint
  }
}

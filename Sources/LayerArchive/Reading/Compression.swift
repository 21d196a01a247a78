import CArchive

/// How an archive is compressed, as its first bytes say.
enum Compression {
  case none
  case gzip
  case zstd
  case bzip2
  case xz

  /// Source: RFC 1952, RFC 8878, the bzip2 and xz file formats: each starts with its own mark.
  init(detecting bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x1f, 0x8b, 8]) {
      self = .gzip
    } else if bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) {
      self = .zstd
    } else if bytes.starts(with: [0x42, 0x5a, 0x68]) {
      self = .bzip2
    } else if bytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]) {
      self = .xz
    } else {
      self = .none
    }
  }

  /// Allows `archive` this one filter. Never all of them: the others drag in libraries and even
  /// start programs.
  func enable(in archive: OpaquePointer) {
    switch self {
    case .none: break
    case .gzip: archive_read_support_filter_gzip(archive)
    case .zstd: archive_read_support_filter_zstd(archive)
    case .bzip2: archive_read_support_filter_bzip2(archive)
    case .xz: archive_read_support_filter_xz(archive)
    }
  }
}

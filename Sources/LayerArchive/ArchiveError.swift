package import Diagnostics
package import OCI

/// A layer or archive that cannot be written or read as it is.
package enum ArchiveError: ReportableError, Equatable {
  /// A file is not what it was when it was looked at: other bytes, another size, or gone.
  case contentChanged(TreePath)
  /// Entries must be appended in order of path, each path once.
  case outOfOrder(TreePath, after: TreePath)
  /// A directory on the way to the path has no entry in the layer.
  case missingParent(TreePath)
  /// The layer format gives names that start with `.wh.` a meaning of their own.
  case reservedName(TreePath)
  case missingLinkTarget(TreePath, target: TreePath)
  /// An extended attribute whose name cannot be written.
  case unsupportedAttribute(TreePath, name: String)
  case unsupportedMediaType(MediaType)
  /// The bytes are not what they should be; `reason` says what was found.
  case malformed(reason: String)
  case nameTooLong(String)
  /// An entry says that it is inside something that is a link or a file.
  case parentIsNoDirectory(TreePath, parent: TreePath)
  case invalidEntry(TreePath, reason: String)
  /// More than the caller allows to be unpacked, in bytes or entries.
  case tooLarge(limit: Int64)
  case diffIDMismatch(expected: Digest, actual: Digest)
  /// An earlier call failed; nothing can be made of what came before it.
  case writerFailed

  package var diagnostic: Diagnostic {
    Diagnostic(id: id, message, help: help)
  }

  private var id: String {
    switch self {
    case .contentChanged: "content-changed"
    case .outOfOrder, .missingParent, .writerFailed: "layer-order"
    case .reservedName, .unsupportedAttribute, .nameTooLong: "unsupported-name"
    case .missingLinkTarget: "missing-link-target"
    case .unsupportedMediaType: "unsupported-media-type"
    case .malformed, .parentIsNoDirectory, .invalidEntry: "malformed-archive"
    case .tooLarge: "archive-too-large"
    case .diffIDMismatch: "diff-id-mismatch"
    }
  }

  private var message: String {
    switch self {
    case .contentChanged(let path): "'\(path)' changed while it was being packed"
    case .outOfOrder(let path, let last): "the layer's entry '\(path)' came after '\(last)'"
    case .missingParent(let path): "the layer has no directory for '\(path)' to be in"
    case .reservedName(let path): "'\(path)' has a name that layers keep for removed files"
    case .missingLinkTarget(let path, let target):
      "'\(path)' is a hard link to '\(target)', which is not there"
    case .unsupportedAttribute(let path, let name):
      "the extended attribute '\(name)' of '\(path)' has a name that archives cannot hold"
    case .unsupportedMediaType(let type): "layers of the type '\(type)' are not understood"
    case .malformed(let reason): "the archive is damaged: \(reason)"
    case .nameTooLong(let name): "the name '\(name.prefix(60))…' is too long"
    case .parentIsNoDirectory(let path, let parent):
      "the archive puts '\(path)' into '\(parent)', which is not a directory in it"
    case .invalidEntry(let path, let reason): "the archive's entry '\(path)' is wrong: \(reason)"
    case .tooLarge(let limit): "the archive unpacks to more than the limit of \(limit)"
    case .diffIDMismatch(let expected, let actual):
      "the layer unpacks to \(actual), but its image says \(expected)"
    case .writerFailed: "the layer cannot be finished because an entry before failed"
    }
  }

  private var help: String? {
    switch self {
    case .contentChanged: "let whatever writes to it finish, then run the command again"
    case .reservedName: "rename it, or add it to '.dockerignore'"
    case .unsupportedAttribute: "remove the attribute with 'setfattr -x'"
    case .unsupportedMediaType: "use an image whose layers are tar, tar+gzip or tar+zstd"
    case .malformed, .parentIsNoDirectory, .invalidEntry, .missingLinkTarget, .nameTooLong:
      "make or download the archive again; if it stays so, its author must repair it"
    case .tooLarge: "check where the archive comes from: it may be made to fill the disk"
    case .diffIDMismatch: "pull the image again; if it stays so, the image is damaged at its source"
    case .outOfOrder, .missingParent, .writerFailed: nil
    }
  }
}

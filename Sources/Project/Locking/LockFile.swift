import Diagnostics
import FileSystem
import OCI

/// `.runctl.lock`: what names in the project's Dockerfiles are taken to mean.
package struct LockFile: Sendable, Equatable {
  package static let fileName = ".runctl.lock"
  /// Of the form of the file.
  static let version: Int64 = 1

  private var entriesByName: [LockedName: LockEntry] = [:]

  package init(_ entries: [LockEntry] = []) {
    for entry in entries { entriesByName[entry.name] = entry }
  }

  /// In the order of the file.
  package var entries: [LockEntry] { entriesByName.values.sorted { $0.order < $1.order } }

  package subscript(name: LockedName) -> LockEntry? { entriesByName[name] }

  /// - Returns: nil when there is none.
  /// - Throws: `DiagnosticList` for a file that is damaged; `FileError`.
  package static func read(in root: String) throws -> LockFile? {
    let path = root + "/" + fileName
    guard let bytes = try FileTree.readIfPresent(path) else { return nil }
    return try parse(SourceFile(name: fileName, bytes: bytes))
  }

  /// Writes the file, unless it has these bytes already.
  /// - Returns: Whether it was written.
  @discardableResult
  package func write(in root: String) throws -> Bool {
    let path = root + "/" + Self.fileName
    let bytes = Array(text.utf8)
    if try FileTree.readIfPresent(path) == bytes { return false }
    try FileTree.replace(path, with: bytes)
    return true
  }
}

extension LockEntry {
  /// Where it stands among the others.
  fileprivate var order: (Int, String, String) {
    switch name {
    case .base(let reference, let platform): (0, reference.description, platform.description)
    case .download(let url): (1, url, "")
    case .repository(let url, let ref): (2, url, ref)
    }
  }
}

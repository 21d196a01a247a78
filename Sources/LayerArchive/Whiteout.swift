import OCI

/// The names by which a layer says that something of the layers below is gone.
///
/// Source: OCI image-spec v1.1, `layer.md`, "Whiteouts" and "Opaque Whiteout".
enum Whiteout {
  static let prefix = Array(".wh.".utf8)
  static let opaqueMark = Array(".wh..wh..opq".utf8)
  /// Names that an older format used for its own records; they mean nothing here.
  static let recordPrefix = Array(".wh..wh.".utf8)

  static func name(removing path: TreePath) -> TreePath {
    path.parent.appending(name: prefix + path.name)
  }
}

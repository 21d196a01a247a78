/// What git knows about the project's files.
package struct GitState: Sendable, Hashable {
  /// 40 or 64 hexadecimal digits.
  package let commit: String
  /// Whether the files are not those of the commit. Finding out takes git itself.
  package let isDirty: Bool

  package init(commit: String, isDirty: Bool) {
    self.commit = commit
    self.isDirty = isDirty
  }
}

/// Something that a run reads and that the image does not hold, such as a data set.
package struct RunInput: Hashable, Sendable {
  /// How much of it is looked at to say that it has not changed.
  package enum Check: String, Hashable, Sendable, CaseIterable {
    /// Every byte.
    case content
    /// Size and times of every file.
    case stat
    /// The names of the files.
    case listing
  }

  /// As written: absolute, or relative to the project's root.
  package let path: String
  package let check: Check

  package init(path: String, check: Check = .content) {
    self.path = path
    self.check = check
  }
}

/// `NAME=VALUE` of ENV and LABEL; quotes and variables are still in place on both sides.
package struct Assignment: Sendable, Hashable {
  package let name: Word
  package let value: Word
  /// The old form, `ENV NAME the rest of the line`.
  package let isOldForm: Bool

  package init(name: Word, value: Word, isOldForm: Bool) {
    self.name = name
    self.value = value
    self.isOldForm = isOldForm
  }
}

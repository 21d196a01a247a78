package import Diagnostics

/// A value of the configuration, and where it was written.
package struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  package let value: Value
  /// nil for what no file says: a flag, a default.
  package let span: SourceSpan?

  package init(_ value: Value, at span: SourceSpan? = nil) {
    self.value = value
    self.span = span
  }

  /// The same place with another value, or nil when `transform` has none.
  func map<Other>(_ transform: (Value) -> Other?) -> Located<Other>? {
    transform(value).map { Located<Other>($0, at: span) }
  }
}

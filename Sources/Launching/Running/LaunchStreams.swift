/// Where a run's output goes beside its log, and whether it reads what the caller reads. The
/// descriptors are borrowed.
package struct LaunchStreams: Sendable {
  package var output: Int32?
  package var errors: Int32?
  /// Whether the program gets the caller's standard input; otherwise it reads nothing.
  package var readsInput: Bool

  package init(output: Int32? = 1, errors: Int32? = 2, readsInput: Bool = false) {
    self.output = output
    self.errors = errors
    self.readsInput = readsInput
  }

  /// Into the log alone.
  package static let logOnly = LaunchStreams(output: nil, errors: nil)
}

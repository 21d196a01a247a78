/// Runs scripts on another machine.
package protocol RemoteShell: Sendable {
  /// Runs a script with `sh`, as root, to its end.
  ///
  /// What is in `script` is kept in the machine's and the cloud's history: no secrets in it.
  ///
  /// - Parameter timeout: After this it is given up.
  /// - Throws: When it could not be run, or its end is not known; never for its exit code.
  func run(_ script: String, timeout: Duration) throws -> RemoteResult
}

/// What came of a script.
package struct RemoteResult: Sendable, Hashable {
  package let code: Int32
  /// The first of it only, where there was much: a script says what it has to in few bytes.
  package let output: String
  package let errors: String

  package init(code: Int32, output: String, errors: String) {
    self.code = code
    self.output = output
    self.errors = errors
  }
}

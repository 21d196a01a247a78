/// A run that was started, wherever it is: it goes on whether or not anybody looks.
package protocol StartedRun: Sendable {
  /// What is new.
  ///
  /// - Parameters:
  ///   - offset: How many bytes of what it printed are known already.
  ///   - wait: How long to wait while there is nothing new.
  /// - Returns: Never the end together with bytes missing before it: a run has ended for who
  ///   follows it when everything that it printed was handed over.
  func news(after offset: Int64, waiting wait: Duration) throws -> RunNews

  /// Asks the program to end, as its image wants to be asked; after `grace` it is killed.
  func stop(grace: Duration) throws
}

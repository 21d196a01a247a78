/// Makes repositories where a registry does not make them by itself at the first push.
package protocol RepositoryMaker: Sendable {
  /// Called from many threads, each time that a push finds no repository.
  ///
  /// - Returns: Whether it is there now, and the push may be tried again; false for a registry that
  ///   this maker does not know.
  func make(_ repository: String, in registry: String) throws -> Bool
}

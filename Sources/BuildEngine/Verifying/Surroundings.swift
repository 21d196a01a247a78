/// What a command can see of the machine that builds, and that should make no difference.
///
/// No part of any key: a RUN whose result depends on it is not a function of its key, which is what
/// varying them finds out.
package struct Surroundings: Sendable, Hashable {
  /// What a RUN is told that its machine is called.
  package var hostname: String
  /// Variables that a RUN gets where its Dockerfile does not set them, such as `TZ`.
  package var environment: [String: String]
  /// Whether directories are listed in another order than they would be.
  package var reordersListings: Bool

  package init(
    hostname: String = "buildkitsandbox", environment: [String: String] = [:],
    reordersListings: Bool = false
  ) {
    self.hostname = hostname
    self.environment = environment
    self.reordersListings = reordersListings
  }

  /// Variables of a command: those that it has, and those that it gets here.
  /// - Parameter own: `NAME=value`.
  func completing(_ own: [String]) -> [String] {
    guard !environment.isEmpty else { return own }
    let names = Set(own.map { $0.prefix { $0 != "=" } })
    return own
      + environment.sorted { $0.key < $1.key }
      .filter { !names.contains($0.key[...]) }.map { "\($0.key)=\($0.value)" }
  }

  /// What every build has that is not there to be compared.
  package static let usual = Surroundings()
}

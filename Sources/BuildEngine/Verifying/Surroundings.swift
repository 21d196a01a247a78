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

  /// What every build has that is not there to be compared.
  package static let usual = Surroundings()
}

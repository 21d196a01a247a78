import Diagnostics

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
  /// How much later it seems to be for most commands, in seconds.
  package var clockShift: Int64

  package init(
    hostname: String = "buildkitsandbox", environment: [String: String] = [:],
    reordersListings: Bool = false, clockShift: Int64 = 0
  ) {
    self.hostname = hostname
    self.environment = environment
    self.reordersListings = reordersListings
    self.clockShift = clockShift
  }

  /// Variables of a command: those that it has, and those that it gets here.
  /// - Parameter own: `NAME=value`.
  func completing(_ own: [String]) -> [String] {
    guard !environment.isEmpty else { return own }
    let names = Set(own.map { NamedValue($0)?.name ?? $0 })
    return own
      + environment.sorted { $0.key < $1.key }
      .filter { !names.contains($0.key) }.map { "\($0.key)=\($0.value)" }
  }

  /// As different as they can be without a command that fails for it: it is another day there, names
  /// are sorted otherwise where the image has that language, and directories are listed otherwise.
  /// - Parameter now: In seconds since 1970-01-01T00:00:00Z.
  package static func elsewhere(at now: Int64) -> Surroundings {
    let hour = (now % 86_400) / 3600
    let language = "et_EE.UTF-8"
    return Surroundings(
      hostname: "elsewhere",
      environment: [
        "TZ": hour >= 10 ? "GMT-14" : "GMT+12", "LANG": language, "LC_ALL": language,
        "LANGUAGE": "et_EE:et",
      ],
      reordersListings: true, clockShift: 27 * 3600)
  }

  /// What every build has that is not there to be compared.
  package static let usual = Surroundings()
}

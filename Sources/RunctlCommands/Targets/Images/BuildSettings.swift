import OCI

/// What the command line says about how images are built.
struct BuildSettings: Sendable {
  /// Do every step anew.
  var usesCache = true
  /// Ask registries what base names mean now.
  var asksForBases = false
  /// Nothing is done; what a registry says is not remembered in place of what it said before.
  var onlyLooks = false
  /// Sockets of SSH agents, by id.
  var agents: [String: String] = [:]
  var labels: [String: String] = [:]
  /// Names for the image in the store.
  var names: [ImageReference] = []
  var jobs: Int?
  var keepsGoing = false
  /// Do everything although it is up to date.
  var alwaysMakes = false
  /// The time of everything that is made, in seconds since 1970-01-01T00:00:00Z.
  var epoch: Int64
}

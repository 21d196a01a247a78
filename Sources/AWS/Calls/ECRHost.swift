/// The host of an account's registry in one region.
///
/// Source: Amazon ECR user guide, "Amazon ECR private registry".
package struct ECRHost: Sendable, Hashable {
  /// Twelve digits.
  package let account: String
  package let region: String
  package let host: String

  package init(account: String, region: String) {
    self.account = account
    self.region = region
    host =
      "\(account).dkr.ecr.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
  }

  /// - Parameter host: nil comes back unless it is such a host, also one of the FIPS or dual-stack
  ///   kind.
  package init?(_ host: String) {
    let pattern =
      /([0-9]{12})\.dkr(?:\.ecr(?:-fips)?|-ecr(?:-fips)?)\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)/
    guard let match = host.wholeMatch(of: pattern) else { return nil }
    account = String(match.1)
    region = String(match.2)
    self.host = host
  }
}

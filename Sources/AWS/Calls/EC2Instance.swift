/// An instance, as far as a training run is concerned.
package struct EC2Instance: Sendable, Hashable {
  package let id: String
  /// Its tag `Name`; nil without one.
  package let name: String?
  /// `g5.xlarge`.
  package let type: String
  /// `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`.
  package let state: String
  /// As EC2 says it: `x86_64`, `arm64`.
  package let architecture: String
  package let zone: String
  /// Of the instance profile, by which the instance has a role; nil without one.
  package let profile: String?

  package var isRunning: Bool { state == "running" }

  /// All of the region, but those that are gone for good.
  /// - Throws: ``AWSError``.
  package static func all(_ aws: AWSProgram) throws(AWSError) -> [EC2Instance] {
    try aws.call(["ec2", "describe-instances"], as: Reply.self).instances
      .filter { $0.state != "terminated" }.sorted { $0.id < $1.id }
  }

  /// One of the region.
  /// - Parameter id: `i-0123456789abcdef0`.
  /// - Returns: nil when there is none of this id.
  /// - Throws: ``AWSError``.
  package static func named(_ id: String, _ aws: AWSProgram) throws(AWSError) -> EC2Instance? {
    do throws(AWSError) {
      return try aws.call(
        ["ec2", "describe-instances"], ["--instance-ids", id], as: Reply.self
      ).instances.first { $0.id == id }
    } catch .refused(_, "InvalidInstanceID.NotFound", _), .refused(
      _, "InvalidInstanceID.Malformed", _)
    {
      return nil
    }
  }

  // MARK: EC2's form

  private struct Reply: Decodable {
    struct Reservation: Decodable {
      let Instances: [Entry]?
    }
    let Reservations: [Reservation]

    var instances: [EC2Instance] {
      Reservations.flatMap { $0.Instances ?? [] }.map { EC2Instance($0) }
    }
  }

  private struct Entry: Decodable {
    struct Name: Decodable { let Name: String? }
    struct Place: Decodable { let AvailabilityZone: String? }
    struct Profile: Decodable { let Arn: String? }
    struct Tag: Decodable {
      let Key: String
      let Value: String?
    }
    let InstanceId: String
    let InstanceType: String?
    let State: Name?
    let Architecture: String?
    let Placement: Place?
    let IamInstanceProfile: Profile?
    let Tags: [Tag]?
  }

  private init(_ entry: Entry) {
    id = entry.InstanceId
    name = entry.Tags?.first { $0.Key == "Name" }?.Value
    type = entry.InstanceType ?? ""
    state = entry.State?.Name ?? "unknown"
    architecture = entry.Architecture ?? ""
    zone = entry.Placement?.AvailabilityZone ?? ""
    profile = entry.IamInstanceProfile?.Arn
  }
}

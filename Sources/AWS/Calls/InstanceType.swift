/// A kind of instance and its GPUs.
package struct InstanceType: Sendable, Hashable {
  package let name: String
  package let gpuCount: Int
  /// `A10G`; nil without any.
  package let gpuName: String?

  /// - Parameter names: At most a hundred, as EC2 has it.
  /// - Throws: ``AWSError``.
  package static func named(
    _ names: some Collection<String>, _ aws: AWSProgram
  ) throws(AWSError) -> [InstanceType] {
    guard !names.isEmpty else { return [] }
    return try aws.call(
      ["ec2", "describe-instance-types"], ["--instance-types"] + names.prefix(100), as: Reply.self
    ).InstanceTypes.map { InstanceType($0) }
  }

  // MARK: EC2's form

  private struct Reply: Decodable {
    let InstanceTypes: [Entry]
  }

  private struct Entry: Decodable {
    struct Info: Decodable { let Gpus: [GPU]? }
    struct GPU: Decodable {
      let Name: String?
      let Count: Int?
    }
    let InstanceType: String
    let GpuInfo: Info?
  }

  private init(_ entry: Entry) {
    name = entry.InstanceType
    let gpus = entry.GpuInfo?.Gpus ?? []
    gpuCount = gpus.reduce(0) { $0 + ($1.Count ?? 0) }
    gpuName = gpus.first?.Name
  }
}

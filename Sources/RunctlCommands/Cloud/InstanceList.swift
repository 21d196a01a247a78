import AWS

/// The instances of a region, as far as one chooses by it.
struct InstanceList: Encodable {
  struct Row: Encodable {
    let id: String
    let name: String?
    let type: String
    let state: String
    /// nil when EC2 does not say what the type has.
    let gpus: Int?
    let gpu: String?
    /// nil when Systems Manager may not be asked.
    let isOnline: Bool?
    let zone: String

    private enum CodingKeys: String, CodingKey {
      case id, name, type, state, gpus, gpu, zone
      case isOnline = "online"
    }
  }

  let account: String
  let region: String
  let instances: [Row]

  /// - Throws: `AWSError`; what is only an addition may be denied.
  init(_ cloud: CloudAccess, _ terminal: Terminal) throws {
    terminal.show("asking for instances")
    defer { terminal.show("") }
    account = try cloud.identity().account
    region = try cloud.requiredRegion()
    let found = try EC2Instance.all(cloud.aws)
    let types = try Self.unlessDenied {
      try InstanceType.named(Set(found.map(\.type)).sorted(), cloud.aws)
    }
    let agents = found.isEmpty ? [] : try Self.unlessDenied { try SSMAgent.all(cloud.aws) }
    instances = found.map { instance in
      let type = types?.first { $0.name == instance.type }
      return Row(
        id: instance.id, name: instance.name, type: instance.type, state: instance.state,
        gpus: type?.gpuCount, gpu: type?.gpuName,
        isOnline: agents.map { $0.contains { $0.instance == instance.id && $0.isOnline } },
        zone: instance.zone)
    }
  }

  private static func unlessDenied<Answer>(_ ask: () throws -> Answer) throws -> Answer? {
    do { return try ask() } catch AWSError.denied, AWSError.refused { return nil }
  }

  func print(to terminal: Terminal) {
    guard !instances.isEmpty else {
      terminal.note("no instances in \(region); --region looks elsewhere")
      return
    }
    var table = Table("INSTANCE", "NAME", "TYPE", "STATE", "GPUS", "SSM", "ZONE")
    for row in instances {
      let gpus = row.gpus.map { $0 == 0 ? "-" : "\($0) \(row.gpu ?? "")" } ?? "?"
      table.add(
        row.id, DiagnosticPrinter.printable(row.name ?? "-"), row.type, row.state, gpus,
        row.isOnline.map { $0 ? "online" : "-" } ?? "?", row.zone)
    }
    table.print(to: terminal)
  }
}

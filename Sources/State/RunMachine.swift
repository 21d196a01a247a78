/// Where a run happens.
package enum RunMachine: Sendable, Hashable, Codable {
  /// In runctl's sandbox, on this machine.
  case sandbox
  /// By a Docker daemon of this machine.
  case docker
  /// With this machine's own Python.
  case host
  /// By the Docker daemon of an EC2 instance, or with that instance's own Python.
  case instance(id: String, region: String, isContainer: Bool)
}

extension RunMachine: CustomStringConvertible {
  package var description: String {
    switch self {
    case .sandbox: "sandbox"
    case .docker: "docker"
    case .host: "host"
    case .instance(let id, let region, let isContainer):
      "ec2 \(id) \(region) \(isContainer ? "docker" : "host")"
    }
  }

  /// Reads what ``description`` wrote; nil for anything else.
  package init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch (words.first, words.count) {
    case ("sandbox"?, 1): self = .sandbox
    case ("docker"?, 1): self = .docker
    case ("host"?, 1): self = .host
    case ("ec2"?, 4) where ["docker", "host"].contains(words[3]):
      self = .instance(id: words[1], region: words[2], isContainer: words[3] == "docker")
    default: return nil
    }
  }
}

/// What a runtime needs to know of an image beside its layers.
///
/// Source: OCI image-spec v1.1, `config.md`; `Healthcheck`, `OnBuild` and `Shell` are Docker's
/// ("Docker Image Specification v1.3"), kept because `docker run` reads them.
package struct ImageConfig: Hashable, Sendable, Codable {
  package struct Healthcheck: Hashable, Sendable, Codable {
    /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", command]`.
    package var test: [String]?
    /// In nanoseconds, as the others.
    package var interval: Int64?
    package var timeout: Int64?
    package var startPeriod: Int64?
    package var startInterval: Int64?
    package var retries: Int?

    package init(test: [String]?) { self.test = test }

    private enum CodingKeys: String, CodingKey {
      case test = "Test"
      case interval = "Interval"
      case timeout = "Timeout"
      case startPeriod = "StartPeriod"
      case startInterval = "StartInterval"
      case retries = "Retries"
    }
  }

  /// A JSON object without members: the values of `ExposedPorts` and `Volumes`.
  package struct Empty: Hashable, Sendable, Codable {
    package init() {}
  }

  /// How a container is started.
  package struct Execution: Hashable, Sendable, Codable {
    package var user: String?
    package var exposedPorts: [String: Empty]?
    package var environment: [String]?
    package var entrypoint: [String]?
    package var command: [String]?
    package var healthcheck: Healthcheck?
    package var argsEscaped: Bool?
    package var volumes: [String: Empty]?
    package var workingDirectory: String?
    package var labels: [String: String]?
    package var stopSignal: String?
    package var onBuild: [String]?
    package var shell: [String]?

    package init() {}

    private enum CodingKeys: String, CodingKey {
      case user = "User"
      case exposedPorts = "ExposedPorts"
      case environment = "Env"
      case entrypoint = "Entrypoint"
      case command = "Cmd"
      case healthcheck = "Healthcheck"
      case argsEscaped = "ArgsEscaped"
      case volumes = "Volumes"
      case workingDirectory = "WorkingDir"
      case labels = "Labels"
      case stopSignal = "StopSignal"
      case onBuild = "OnBuild"
      case shell = "Shell"
    }
  }

  package struct RootFS: Hashable, Sendable, Codable {
    package var type = "layers"
    /// Digests of the uncompressed layers, bottom first.
    package var diffIDs: [Digest]

    package init(diffIDs: [Digest] = []) { self.diffIDs = diffIDs }

    private enum CodingKeys: String, CodingKey {
      case type
      case diffIDs = "diff_ids"
    }
  }

  package struct History: Hashable, Sendable, Codable {
    package var created: String?
    package var createdBy: String?
    package var author: String?
    package var comment: String?
    package var emptyLayer: Bool?

    package init(created: String?, createdBy: String, comment: String?, emptyLayer: Bool) {
      self.created = created
      self.createdBy = createdBy
      self.comment = comment
      self.emptyLayer = emptyLayer ? true : nil
    }

    private enum CodingKeys: String, CodingKey {
      case created
      case createdBy = "created_by"
      case author
      case comment
      case emptyLayer = "empty_layer"
    }
  }

  /// RFC 3339.
  package var created: String?
  package var author: String?
  package var architecture: String
  package var os: String
  package var variant: String?
  package var config: Execution?
  package var rootFS: RootFS
  package var history: [History]?

  package init(platform: Platform) {
    architecture = platform.architecture
    os = platform.os
    variant = platform.variant
    config = Execution()
    rootFS = RootFS()
    history = []
  }

  package var platform: Platform { Platform(os: os, architecture: architecture, variant: variant) }

  private enum CodingKeys: String, CodingKey {
    case created
    case author
    case architecture
    case os
    case variant
    case config
    case rootFS = "rootfs"
    case history
  }
}

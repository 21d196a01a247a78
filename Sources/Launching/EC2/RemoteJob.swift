import OCI
package import Project

/// What is to run on an instance, and with what.
package struct RemoteJob: Sendable, Hashable {
  package enum Program: Sendable, Hashable {
    /// - image: A name with a digest.
    /// - login: How the instance's Docker gets in where the image is.
    case container(image: String, login: Login)
    /// With the instance's own programs.
    ///
    /// - archive: The S3 address (`s3://…`) of a `.tar.gz`, at whose top the program starts.
    case code(archive: String)
  }

  package enum Login: Sendable, Hashable {
    /// With the instance's role, at this registry.
    ///
    /// - region: The registry's, which need not be the instance's.
    case ecr(host: String, region: String)
    /// With what the instance's Docker has.
    case own
  }

  /// What the program writes and somebody wants: a folder that is shared with it, or a file that is
  /// taken when it has ended.
  package struct Output: Sendable, Hashable {
    /// Relative to the project, and to where outputs are gathered.
    package let name: String
    /// Absolute, in the container.
    package let target: String
    package let isFile: Bool

    package init(_ name: String, target: String, isFile: Bool = false) {
      self.name = name
      self.target = target
      self.isFile = isFile
    }
  }

  /// As ``RunID`` makes it.
  package let id: String
  /// The instance's.
  package let region: String
  package let program: Program
  /// The program first. ENTRYPOINT and CMD are worked into it already.
  package let arguments: [String]
  /// What looks secret of it goes a way of its own.
  package var environment: [Assignment] = []
  package var resources = RunResources()
  /// Of those with the same name the first that is there counts.
  package var outputs: [Output] = []
  /// The S3 address of what is to be at `/data`.
  package var data: String?
  /// The S3 address that the outputs are copied to at the end.
  package var destination: String?
  /// Of the container.
  package var labels: [String: String] = [:]
  /// Whether the image is made for CUDA: without a GPU that is worth a warning.
  package var wantsCUDA = false

  package init(
    id: String, region: String, program: Program, arguments: [String]
  ) {
    self.id = id
    self.region = region
    self.program = program
    self.arguments = arguments
  }

  /// What anybody may see.
  var openEnvironment: [String] {
    environment.filter { !$0.isSecret }.map { "\($0.name)=\($0.value)" }
  }

  /// Later ones of the same name hold, as in Docker.
  var secretEnvironment: [Assignment] { environment.filter(\.isSecret) }
}

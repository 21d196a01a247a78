/// A container as the `docker` program starts it: one run, on whatever machine that program is.
package struct DockerRun: Sendable, Hashable {
  /// A folder of the machine that the container sees.
  package struct Bind: Sendable, Hashable {
    package var source: String
    package var target: String
    package var isReadOnly: Bool

    package init(_ source: String, target: String, isReadOnly: Bool = false) {
      self.source = source
      self.target = target
      self.isReadOnly = isReadOnly
    }
  }

  /// Identifies the run; unique on the machine.
  package var name: String
  /// A name with a digest, or an image's ID.
  package var image: String
  /// The program first. ENTRYPOINT and CMD are worked into it already.
  package var arguments: [String]
  /// `NAME=value`, and open: they are seen in the list of processes.
  package var environment: [String] = []
  /// Names of variables whose values the `docker` program finds in its own environment.
  package var inheritedVariables: [String] = []
  /// Absolute; nil is the image's own.
  package var workingDirectory: String?
  package var binds: [Bind] = []
  /// `OUTSIDE:INSIDE`.
  package var devices: [String] = []
  /// Values of `--gpus`: `all` or a number; nil gives none.
  package var gpus: String?
  /// In bytes.
  package var sharedMemory: Int64?
  package var memory: Int64?
  package var cpus: Double?
  package var labels: [String: String] = [:]

  package init(name: String, image: String, arguments: [String]) {
    self.name = name
    self.image = image
    self.arguments = arguments
  }

  /// The words after `docker run`, with which the program stays until the container has ended.
  ///
  /// The network is the machine's: what a program reaches does not depend on where it runs, and an
  /// instance's role can be used without another hop. An init reaps what the program leaves behind.
  /// Source: "docker container run" in Docker's reference of its command line.
  package var words: [String] {
    var words = ["--name", name, "--network", "host", "--init", "--pull", "never"]
    words += labels.sorted { $0.key < $1.key }.flatMap { ["--label", "\($0.key)=\($0.value)"] }
    words += environment.flatMap { ["--env", $0] }
    words += inheritedVariables.flatMap { ["--env", $0] }
    if let workingDirectory { words += ["--workdir", workingDirectory] }
    words += binds.flatMap { ["--mount", $0.option] }
    words += devices.flatMap { ["--device", $0] }
    if let gpus { words += ["--gpus", gpus] }
    if let sharedMemory { words += ["--shm-size", "\(sharedMemory)b"] }
    if let memory { words += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
    if let cpus { words += ["--cpus", "\(cpus)"] }
    if let program = arguments.first { words += ["--entrypoint", program] }
    return words + [image] + arguments.dropFirst()
  }
}

extension DockerRun.Bind {
  /// One line of comma-separated values, each of which may hold anything.
  fileprivate var option: String {
    let fields =
      ["type=bind", "source=\(source)", "target=\(target)"] + (isReadOnly ? ["readonly"] : [])
    return fields.map { field in
      // By scalars: a character may be a comma and a mark on it.
      field.unicodeScalars.contains { ",\"\n".unicodeScalars.contains($0) }
        ? "\"\(field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined())\"" : field
    }.joined(separator: ",")
  }
}

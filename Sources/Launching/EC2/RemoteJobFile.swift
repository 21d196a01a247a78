import OCI

/// The part of a run's supervisor that is particular to the run: variables, and two functions.
///
/// Every value is a word that ``ShellWords`` has quoted.
enum RemoteJobFile {
  /// Seconds between asking a program to end when its time is over and killing it.
  static let grace = 30

  static func text(of job: RemoteJob) -> String {
    var values: [(name: String, value: String)] = [
      ("region", job.region), ("gpus", gpus(job.resources.gpus)),
      ("wants_cuda", job.wantsCUDA ? "yes" : ""),
      ("timeout", job.resources.timeout.map { "\(seconds($0))" } ?? ""), ("grace", "\(grace)"),
      ("data", job.data ?? ""), ("data_folder", job.data.map(dataFolder) ?? ""),
      ("destination", job.destination ?? ""),
      ("shm", job.resources.sharedMemory.map { "\($0)" } ?? ""),
    ]
    let functions: [String]
    switch job.program {
    case .container(let image, let login):
      let (registry, region) =
        if case .ecr(let host, let region) = login { (host, region) } else { ("", "") }
      values += [
        ("image", image), ("registry", registry), ("registry_region", region),
        ("name", RemoteSupervisor.container(ofRun: job.id)),
        (
          "taken",
          (job.outputs.map(\.target) + (job.data == nil ? [] : ["/data"])).joined(separator: " ")
        ),
      ]
      functions = container(job, image: image)
    case .code(let archive):
      values += [("archive", archive)]
      functions = code(job)
    }
    return (values.map { "\($0.name)=\(ShellWords.line([$0.value]))" } + functions)
      .joined(separator: "\n") + "\n"
  }

  /// Kept from one run to the next.
  static func dataFolder(_ source: String) -> String {
    let name = SHA256.digest(of: source).hex.prefix(16)
    return "\(RemoteSupervisor.root)/data/\(name)"
  }

  private static func gpus(_ gpus: RunResources.GPUs) -> String {
    switch gpus {
    case .auto: "auto"
    case .all: "all"
    case .none: "none"
    case .count(let count): "\(count)"
    }
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  private static func container(_ job: RemoteJob, image: String) -> [String] {
    var run = DockerRun(
      name: RemoteSupervisor.container(ofRun: job.id), image: image, arguments: job.arguments)
    run.environment = job.openEnvironment
    run.inheritedVariables = RemoteSecrets.names(of: job)
    let folder = RemoteSupervisor.folder(ofRun: job.id)
    run.binds = job.outputs.filter { !$0.isFile }.map {
      .init("\(folder)/outputs/\($0.name)", target: $0.target)
    }
    run.sharedMemory = job.resources.sharedMemory
    run.memory = job.resources.memory
    run.cpus = job.resources.cpus
    run.labels = job.labels.merging(["runctl.run": job.id]) { $1 }
    // The supervisor keeps what it prints; once is enough.
    let words = ["--log-driver", "none"] + run.words
    return [
      "make_outputs() {", "mkdir -p outputs",
      lines(job) {
        // Whoever the image's user is; nobody else gets here.
        let output = word("outputs/\($0)")
        return ["mkdir -p \(output)", "chmod 0777 \(output)"]
      }, "}",
      gather(job) { output in
        [
          // The file itself, where the program made a link to it.
          "docker", "cp", "-L", "\(RemoteSupervisor.container(ofRun: job.id)):\(output.target)",
          "outputs/\(output.name)",
        ]
      },
      "start() {", "exec docker run \"$@\" \(ShellWords.line(words))", "}",
    ]
  }

  private static func code(_ job: RemoteJob) -> [String] {
    let folder = RemoteSupervisor.folder(ofRun: job.id)
    let limits =
      job.resources.memory == nil && job.resources.cpus == nil
      ? [] : ["note 'without Docker, memory and processors are not limited'"]
    let words = ["env"] + job.openEnvironment + job.arguments
    return [
      "make_outputs() {", "mkdir -p outputs",
      lines(job) { name in
        let parent = name.split(separator: "/").dropLast().joined(separator: "/")
        let (code, output) = (word("code/\(name)"), word("outputs/\(name)"))
        let link = ShellWords.line(["ln", "-s", "\(folder)/outputs/\(name)", "code/\(name)"])
        let outside = word("the output '\(name)' is behind a link of the code, and stays there")
        return [
          ShellWords.line(["mkdir", "-p", "outputs/\(name)", "code/\(parent)"]),
          // A folder of the code would be in the way; one output may be within another.
          "[ \(code) -ef \(output) ] ||",
          "case $(readlink -f \(word("code/\(parent)"))) in",
          "\"$(pwd -P)\"/*) rm -rf \(code) && \(link) ;;",
          // A link may lead to what other runs have made.
          "*) note \(outside) ;;", "esac",
        ]
      }, "}",
      gather(job) { ["cp", "-p", "code/\($0.name)", "outputs/\($0.name)"] },
      "start() {",
      "cd code && exec setsid \(ShellWords.line(words))", "}",
    ] + limits
  }

  private static func word(_ text: String) -> String { ShellWords.line([text]) }

  private static func lines(_ job: RemoteJob, _ commands: (String) -> [String]) -> String {
    job.outputs.filter { !$0.isFile }.flatMap { commands($0.name) }.joined(separator: "\n")
  }

  /// A function that takes the files among the outputs: what is not there was not made.
  private static func gather(_ job: RemoteJob, _ copy: (RemoteJob.Output) -> [String]) -> String {
    let lines = job.outputs.filter(\.isFile).flatMap { output in
      let parent = output.name.split(separator: "/").dropLast().joined(separator: "/")
      return [
        ShellWords.line(["mkdir", "-p", "outputs/\(parent)"]),
        ShellWords.line(["[", "-e", "outputs/\(output.name)", "]"])
          + " || \(ShellWords.line(copy(output))) >/dev/null 2>&1"
          + " || \(ShellWords.line(["rm", "-rf", "outputs/\(output.name)"]))",
      ]
    }
    return (["gather() {", ":"] + lines + ["}"]).joined(separator: "\n")
  }
}

import Diagnostics
import FileSystem
import OCI
import Processes

/// The program `git`, in a directory of its own, with one repository elsewhere as `origin`.
///
/// Nothing of the caller's surroundings counts but how repositories are reached (keys, credential
/// helpers, proxies); no hook runs, nobody is asked for a password, and an address can neither be an
/// option nor name a program: it is passed on in the environment, where no list of processes shows it.
struct GitProgram {
  let directory: String
  private let url: String
  private let callers: [String: String]
  private let interruption: Interruption

  /// - Parameters:
  ///   - directory: An empty one.
  ///   - environment: The caller's.
  init(
    in directory: String, origin url: String, environment: [String: String],
    _ interruption: Interruption
  ) throws {
    self.directory = directory
    self.url = url
    callers = environment
    self.interruption = interruption
    try run("init", "--quiet", "--template=")
  }

  /// How repositories, and their submodules, may be reached: not by `ext::`, which runs programs, nor
  /// by paths of this machine.
  private static let protocols = "https:http:ssh:git"

  /// What counts beside the repository's own files.
  private static let settings = [
    ("core.hooksPath", "/dev/null"), ("core.autocrlf", "false"), ("core.symlinks", "true"),
    ("core.attributesFile", "/dev/null"), ("core.fsmonitor", "false"),
    ("advice.detachedHead", "false"),
    ("gc.auto", "0"), ("maintenance.auto", "false"), ("protocol.version", "2"),
    // Objects by themselves: how others packed them is of no matter.
    ("fetch.unpackLimit", "2147483647"),
    // A server that says nothing is not waited for, as with registries.
    ("http.lowSpeedLimit", "1"), ("http.lowSpeedTime", "60"),
    // What stands in the commit is taken, not what it may point to.
    ("filter.lfs.process", ""), ("filter.lfs.smudge", ""), ("filter.lfs.required", "false"),
  ]

  /// Runs git, and gives what it prints.
  /// - Throws: ``RepositoryError``, ``BuildError/interrupted``.
  @discardableResult
  func run(_ arguments: String...) throws -> String {
    let completion = try attempt(arguments)
    guard completion.status.isSuccess else { throw failure(completion) }
    return completion.outputText
  }

  func attempt(_ arguments: [String]) throws -> Completion {
    var command = Command(
      ["git"] + arguments, environment: environment(of: arguments), workingDirectory: directory)
    command.output = .capture(limit: 64 << 20)
    let completion: Completion
    do throws(ProcessError) {
      completion = try Subprocess.run(command, interruption: interruption)
    } catch {
      switch error {
      case .notFound, .notExecutable:
        throw RepositoryError.gitMissing(url: SecretAddress.masked(url))
      case .interrupted: throw BuildError.interrupted
      default: throw error
      }
    }
    if interruption.requested != nil { throw BuildError.interrupted }
    return completion
  }

  func failure(_ completion: Completion) -> RepositoryError {
    let lines = completion.errorText.split(whereSeparator: \.isNewline)
      .map { SecretAddress.masked(String($0)) }
      .filter { !$0.hasPrefix("hint:") }
    return .failed(url: SecretAddress.masked(url), lines: lines.suffix(3))
  }

  /// A person's own settings say how to reach a repository, and nothing of what its files are.
  private static let reaching: Set<String> = ["ls-remote", "fetch", "submodule"]

  private func environment(of arguments: [String]) -> [String] {
    // How hosts are reached is the caller's affair, and nothing else that git goes by.
    var variables = callers.filter { name, _ in
      !name.hasPrefix("GIT_") && !name.hasPrefix("LC_")
        || ["GIT_SSH", "GIT_SSL_", "GIT_ASKPASS", "GIT_PROXY"].contains { name.hasPrefix($0) }
    }.map { "\($0.key)=\($0.value)" }
    if callers["GIT_SSH"] == nil, callers["GIT_SSH_COMMAND"] == nil {
      variables.append("GIT_SSH_COMMAND=ssh -o BatchMode=yes")
    }
    variables += [
      "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=\(Self.protocols)",
      "GIT_LFS_SKIP_SMUDGE=1", "GIT_NO_REPLACE_OBJECTS=1", "GIT_CEILING_DIRECTORIES=\(directory)",
    ]
    if !Self.reaching.contains(arguments.first ?? "") {
      variables += ["GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"]
    }
    let settings = Self.settings + [("remote.origin.url", url)]
    variables.append("GIT_CONFIG_COUNT=\(settings.count)")
    for (index, (key, value)) in settings.enumerated() {
      variables += ["GIT_CONFIG_KEY_\(index)=\(key)", "GIT_CONFIG_VALUE_\(index)=\(value)"]
    }
    return variables
  }
}

import Diagnostics
import FileSystem
import Launching
import OCI
import Processes
import Project
import Registry
import Synchronization

/// Docker Hub's user and password from `.runctl.toml`, or from the person's own configuration.
///
/// That others can read the file is told when the password is used, and not before: looking takes
/// a process of git.
final class ConfigurationCredentials: CredentialSource {
  /// The file, as a person writes it.
  let place: String
  private let user: String
  private let password: Secret
  private let path: String
  private let warn: @Sendable (Diagnostic) -> Void
  private let hasWarned = Atomic(false)

  /// - Parameters:
  ///   - path: Of the file that holds the password.
  ///   - user: Whom the environment names, where no file says whose the password is.
  /// - Returns: nil when the file has no password, or nobody whose it is.
  init?(
    _ settings: DockerSettings, path: String?, user: String?,
    warn: @escaping @Sendable (Diagnostic) -> Void
  ) {
    guard let path, let password = settings.dockerHubPassword?.value,
      let user = settings.dockerHubUsername?.value ?? user
    else { return nil }
    self.user = user
    self.password = password
    self.path = path
    place = settings.dockerHubPassword?.span?.file.name ?? path
    self.warn = warn
  }

  func credentials(for registry: String) -> Credentials? {
    guard registry == ImageReference.dockerHub else { return nil }
    // Whoever began this command in another process has told it.
    if !hasWarned.exchange(true, ordering: .relaxed), !Session.isResumed {
      findings().forEach(warn)
    }
    return .password(user: user, password: password.reveal())
  }

  func remedy(for registry: String) -> String {
    "correct dockerhub_username and dockerhub_password in \(place)"
  }

  // MARK: Who else can see it

  private func findings() -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let mode = (try? FileStatus.of(path, followLink: true))?.mode ?? 0
    if mode & 0o044 != 0 {
      findings.append(
        Diagnostic(
          .warning, id: "password-readable",
          "'\(place)' holds a password, and other users can read it",
          help: "chmod 600 \(ShellWords.line([place])), or set DOCKERHUB_TOKEN instead"))
    }
    if isTracked {
      findings.append(
        Diagnostic(
          .warning, id: "password-tracked", "'\(place)' holds a password, and git tracks it",
          help: "set DOCKERHUB_TOKEN instead, and give Docker Hub another password: "
            + "this one is in the history"))
    }
    return findings
  }

  private var isTracked: Bool {
    var command = Command(
      [
        "git", "--no-optional-locks", "ls-files", "--error-unmatch", "--",
        FileTree.lastComponent(of: path),
      ],
      workingDirectory: FileTree.parentPath(of: path))
    command.timeout = .seconds(10)
    return (try? Subprocess.run(command))?.status.isSuccess == true
  }
}

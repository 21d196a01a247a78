import AWS
import Diagnostics
import Launching
import Processes

/// Other people's programs: which are here, and whether they answer.
struct ProgramProbe {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// What a daemon has to say is said at once.
  private static let patience = Duration.seconds(10)

  private func find(_ name: String) -> String? {
    try? ExecutableSearch.find(name, path: workspace.environment["PATH"] ?? "")
  }

  var docker: PreflightFinding {
    guard find("docker") != nil else {
      return PreflightFinding(.note, "docker", "no Docker: only --engine docker needs it")
    }
    var command = Command(["docker", "version", "--format", "{{.Server.Version}}"])
    command.timeout = Self.patience
    guard let done = try? Subprocess.run(command), done.status.isSuccess else {
      return PreflightFinding(
        .note, "docker", "its daemon does not answer: only --engine docker needs it",
        remedy: "systemctl start docker, and be in the group 'docker'")
    }
    let version = done.outputText.filter { !$0.isWhitespace }
    return PreflightFinding(.ok, "docker", "Docker \(version)")
  }

  var git: PreflightFinding {
    find("git").map { PreflightFinding(.ok, "git", "git at \($0)") }
      ?? PreflightFinding(
        .warning, "git", "no git: whether files are those of the commit cannot be told",
        remedy: "apt-get install git")
  }

  /// - Throws: `AWSError` after an interruption only.
  var aws: PreflightFinding {
    get throws {
      let cloud = workspace.cloud
      guard cloud.isConfigured else {
        return PreflightFinding(
          .note, "aws", "AWS is not set up: only 'runctl aws' and pushes to ECR need it")
      }
      do throws(AWSError) {
        let identity = try AWSIdentity.current(cloud.aws)
        let region = cloud.region.map { ", region \($0)" } ?? ", and no place says which region"
        return PreflightFinding(.ok, "aws", "\(identity.arn)\(region)")
      } catch .interrupted(let signal) {
        throw AWSError.interrupted(signal)
      } catch {
        let diagnostic = error.diagnostic
        return PreflightFinding(.warning, "aws", diagnostic.message, remedy: diagnostic.help)
      }
    }
  }
}

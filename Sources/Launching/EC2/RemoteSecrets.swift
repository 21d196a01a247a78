import AWS
import Diagnostics
import FoundationEssentials
import Project

/// A run's secret environment on its way to the instance: encrypted parameters of Systems Manager
/// that exist for the seconds of the start. No command, no history and no log sees them.
struct RemoteSecrets {
  /// How much a standard parameter holds, in bytes.
  static let portion = 4_096

  /// Names of the parameters, in the order of their contents.
  let parameters: [String]
  private let aws: AWSProgram

  static func names(of job: RemoteJob) -> [String] {
    var names: [String] = []
    for name in job.secretEnvironment.map(\.name) where !names.contains(name) { names.append(name) }
    return names
  }

  /// - Throws: ``RemoteError/unusableSecretName(_:)``, or ``AWSError`` when they cannot be stored.
  init(of job: RemoteJob, in aws: AWSProgram, warning warn: (Diagnostic) -> Void) throws {
    self.aws = aws
    let text = try Self.text(of: job)
    guard !text.isEmpty else {
      parameters = []
      return
    }
    let encoded = Array(Data(text.utf8).base64EncodedString())
    let parts = stride(from: 0, to: encoded.count, by: Self.portion).map {
      String(encoded[$0..<min($0 + Self.portion, encoded.count)])
    }
    parameters = parts.indices.map { "/runctl/\(job.id)/\($0)" }
    for (index, part) in parts.enumerated() {
      let parameter = Parameter(Name: parameters[index], Value: part, Type: "SecureString")
      let input = Array(try JSONEncoder().encode(parameter))
      do throws(AWSError) {
        _ = try aws.call(["ssm", "put-parameter"], input: input)
      } catch {
        let stored = error.mayBeDone ? index + 1 : index
        remove(parameters.prefix(stored), warning: warn)
        throw error
      }
    }
  }

  private struct Parameter: Encodable {
    let Name: String
    let Value: String
    let `Type`: String
  }

  /// Lines for a shell that export them.
  static func text(of job: RemoteJob) throws -> String {
    for name in names(of: job) where name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
      throw RemoteError.unusableSecretName(name)
    }
    return job.secretEnvironment.map { "export \(ShellWords.line(["\($0.name)=\($0.value)"]))\n" }
      .joined()
  }

  /// Also when somebody asked to stop: nothing of them stays, or it is told what does.
  func remove(warning warn: (Diagnostic) -> Void) { remove(parameters[...], warning: warn) }

  private func remove(_ parameters: ArraySlice<String>, warning warn: (Diagnostic) -> Void) {
    // As many as SSM takes at a time.
    for start in stride(from: 0, to: parameters.count, by: 10) {
      let names = Array(parameters[start..<min(start + 10, parameters.count)])
      do throws(AWSError) {
        _ = try aws.interrupted(by: nil).call(["ssm", "delete-parameters"], ["--names"] + names)
      } catch {
        warn(remaining(names, error))
      }
    }
  }

  private func remaining(_ names: [String], _ error: AWSError) -> Diagnostic {
    let region = aws.scope.region.map { ["--region", $0] } ?? []
    let profile = aws.scope.profile.map { ["--profile", $0] } ?? []
    let words = ["aws", "ssm", "delete-parameters", "--names"] + names + region + profile
    return Diagnostic(
      .warning, id: "secrets-left",
      "secrets of the run may be left in SSM's parameters, encrypted: \(error.diagnostic.message)",
      help: "remove them: \(ShellWords.line(words))")
  }
}

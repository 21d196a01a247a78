package import AWS
package import Diagnostics

/// Starts runs on an instance. From then on they depend on nobody.
package struct RemoteStart: Sendable {
  private let shell: any RemoteShell
  private let aws: AWSProgram

  /// - Parameters:
  ///   - shell: The instance's.
  ///   - aws: For the region of the instance.
  package init(_ shell: any RemoteShell, _ aws: AWSProgram) {
    self.shell = shell
    self.aws = aws
  }

  /// Has a run prepared and started by its supervisor on the instance.
  ///
  /// Pulling the image is the supervisor's work: see ``RemoteRun/prepared(telling:)``.
  ///
  /// - Parameter warn: Takes what is worth a warning, also where the start fails.
  /// - Throws: ``RemoteError/startUnknown(id:told:)`` when the run may be there; after any other
  ///   ``RemoteError`` or ``AWSError`` it does not run.
  package func start(_ job: RemoteJob, warning warn: (Diagnostic) -> Void) throws {
    let secrets = try RemoteSecrets(of: job, in: aws, warning: warn)
    defer { secrets.remove(warning: warn) }
    let result: RemoteResult
    do {
      result = try shell.run(
        Self.script(for: job, secrets: secrets.parameters), timeout: .seconds(120))
    } catch let error where Self.mayHaveStarted(error) {
      try takeBack(job, after: error)
      throw error
    }
    switch result.code {
    case 0: return
    case Self.exists: throw RemoteError.runExists(id: job.id)
    case Self.noSecrets: throw RemoteError.secretsUnreadable(told: Self.line(result.errors))
    default: throw RemoteError.notStarted(id: job.id, told: Self.line(result.errors))
    }
  }

  private func takeBack(_ job: RemoteJob, after error: any Error) throws {
    let script = RemoteStop.script(id: job.id, grace: 0, comesFirst: true)
    guard let result = try? shell.run(script, timeout: .seconds(60)), result.code == 0 else {
      let told = (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
      throw RemoteError.startUnknown(id: job.id, told: told)
    }
  }

  /// Whether the instance may have the script although its answer did not come. An `AWSError` is
  /// about the sending of it.
  static func mayHaveStarted(_ error: any Error) -> Bool {
    switch error {
    case AWSError.interrupted, AWSError.unreadableReply: true
    case let error as AWSError: error.isFault
    case RemoteError.unreachable: false
    default: true
    }
  }

  private static let exists: Int32 = 17
  private static let noSecrets: Int32 = 18
  /// Days after which what is left of a run is removed from the instance.
  private static let age = 30
  /// Seconds for a supervisor to come; a busy instance may take long.
  private static let patience = 30

  static func script(for job: RemoteJob, secrets: [String]) -> String {
    let (kind, supervisor) =
      switch job.program {
      case .container: ("container", RemoteSupervisor.container)
      case .code: ("code", RemoteSupervisor.code)
      }
    func file(_ name: String, _ text: String) -> String {
      "\(ShellWords.line(["printf", "%s", text])) > \(name)"
    }
    let folder = RemoteSupervisor.folder(ofRun: job.id)
    let runs = "\(RemoteSupervisor.root)/runs"
    return """
      set -e
      umask 077
      mkdir -p \(runs)
      find \(runs) -mindepth 2 -maxdepth 2 -name ending -mtime +\(age) -exec dirname {} \\; |
        xargs -r rm -rf
      if command -v docker >/dev/null; then
        for name in $(timeout 20 docker ps --all --filter label=runctl.run --filter status=exited \
          --filter status=created --filter status=dead --format '{{.Names}}' 2>/dev/null); do
          [ ! -e "\(runs)/${name#runctl-}/ending" ] || docker rm "$name" >/dev/null 2>&1 || :
        done
      fi
      mkdir \(folder) 2>/dev/null || [ ! -d \(folder) ] || exit \(exists)
      cd \(folder)
      # Nothing of a start that fails stays, unless a supervisor sees to it.
      trap '[ -s pid ] || { cd / && rm -rf \(folder); }' EXIT
      echo \(kind) > kind
      \(file("job", RemoteJobFile.text(of: job)))
      \(file("supervisor", RemoteSupervisor.text + supervisor))
      \(fetch(secrets, job.region))
      setsid sh supervisor </dev/null >>supervisor.log 2>&1 &
      tries=0
      while [ ! -s pid ] && [ "$tries" -lt \(patience * 10) ]; do
        sleep 0.1
        tries=$((tries + 1))
      done
      if [ ! -s pid ]; then
        cat supervisor.log >&2
        # It may come yet, and then ends by this, or by finding nothing.
        echo 0 > stop
        exit 1
      fi
      """
  }

  private static func fetch(_ secrets: [String], _ region: String) -> String {
    guard !secrets.isEmpty else { return "" }
    return #"""
      (
        for parameter in \#(ShellWords.line(secrets)); do
          aws ssm get-parameter --with-decryption --name "$parameter" --query Parameter.Value \
            --output text --region \#(ShellWords.line([region])) || exit 1
        done
      ) > secrets.part || exit \#(noSecrets)
      base64 -d < secrets.part > secrets
      rm secrets.part
      """#
  }

  private static func line(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it said nothing"
    return String(
      String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 })
        .prefix(400))
  }
}

import FileSystem
import Foundation
import Testing

/// `login`, `logout` and `doctor REGISTRY`.
@Suite(.serialized, .enabled(if: Machine.canGiveTokens, "\(Machine.needsTokens)"))
struct LoginTests {
  private struct Stage {
    let bench: Workbench
    let tokens: TokenServer
    let host: String
  }

  private func stage() throws -> Stage {
    let bench = try Workbench()
    let tokens = try TokenServer(in: bench)
    return Stage(
      bench: bench, tokens: tokens, host: try RegistryServer(in: bench, tokens: tokens).host)
  }

  private func logIn(_ stage: Stage, _ password: String) throws -> ProgramResult {
    try stage.bench.runctl(
      ["login", "-u", "alice", "--password-stdin", stage.host], input: password)
  }

  @Test func aPasswordIsTriedBeforeItIsKept() throws {
    let stage = try stage()
    let file = "\(stage.bench.folder)/docker/config.json"
    let wrong = try logIn(stage, "wrong horse\n")
    #expect(wrong.code == 6, "\(wrong)")
    #expect(wrong.errors.contains("incorrect username or password"), "\(wrong)")
    #expect(!FileTree.exists(file))
    #expect(!"\(wrong)".contains("horse"))

    let right = try logIn(stage, "correct horse\r\n")
    #expect(right.succeeded, "\(right)")
    #expect(right.output.contains("logged in to \(stage.host) as alice"))
    #expect(!"\(right)".contains("horse"))
    #expect(try FileStatus.of(file, followLink: false)?.mode == S_IFREG | 0o600)
    let doctor = try stage.bench.does("doctor", "\(stage.host)/team/app")
    #expect(doctor.output.contains("credentials:  accepted"), "\(doctor)")
    #expect(doctor.output.contains("push:         yes"), "\(doctor)")

    let out = try stage.bench.does("logout", stage.host)
    #expect(out.output.contains("logged out of \(stage.host)"))
    #expect(try stage.bench.does("logout", stage.host).output.contains("not logged in"))
    let text = String(decoding: try FileTree.read(file), as: UTF8.self)
    #expect(!text.contains(stage.host))
  }

  @Test func aHelperThatIsConfiguredKeepsIt() throws {
    let stage = try stage()
    let vault = "\(stage.bench.folder)/vault"
    try stage.bench.writeDocker(#"{"credsStore": "vault", "psFormat": "x"}"#, host: stage.host)
    try stage.bench.writeHelper(
      "vault",
      """
      case $1 in
      store) cat > \(vault) ;;
      get) cat \(vault) 2>/dev/null \
      || { echo credentials not found in native keychain; exit 1; } ;;
      erase) rm \(vault) ;;
      esac
      """)
    let login = try logIn(stage, "correct horse")
    #expect(login.output.contains("the password is in docker-credential-vault"), "\(login)")
    let stored = String(decoding: try FileTree.read(vault), as: UTF8.self)
    #expect(stored.contains("\"ServerURL\":\"\(stage.host)\""))
    let file = "\(stage.bench.folder)/docker/config.json"
    #expect(
      String(decoding: try FileTree.read(file), as: UTF8.self)
        == #"{"credsStore": "vault", "psFormat": "x"}"#)
    let doctor = try stage.bench.does("doctor", stage.host)
    #expect(doctor.output.contains("docker-credential-vault"), "\(doctor)")
    try stage.bench.does("logout", stage.host)
    #expect(!FileTree.exists(vault))
  }

  @Test func nobodyIsAskedWithoutATerminal() throws {
    let bench = try Workbench()
    let result = try bench.runctl("login", "-u", "alice", "reg.example")
    #expect(result.code == 2 && result.errors.contains("--password-stdin"), "\(result)")
    let empty = try bench.runctl(
      ["login", "-u", "alice", "--password-stdin", "reg.example"], input: "\n")
    #expect(empty.code == 2 && empty.errors.contains("[no-password]"), "\(empty)")
    #expect(try bench.runctl("login", "ubuntu").code == 2)
    #expect(try bench.runctl("push", "--username", "alice").code == 2)
    // Nothing says where images go: the password is for nobody.
    try bench.write("Dockerfile", "FROM scratch\nCOPY Dockerfile .\n")
    let aimless = try bench.runctl(
      ["build", "--username", "alice", "--password-stdin"], input: "horse\n")
    #expect(aimless.code == 2 && aimless.errors.contains("[ambiguous-registry]"), "\(aimless)")
  }

  /// A person at a terminal, who answers each question when it is there.
  private static let person = #"""
    import os, pty, sys

    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    seen = b""

    def until(text):
        global seen
        while text not in seen:
            seen += os.read(terminal, 4096)

    until(b"user name for ")
    os.write(terminal, b"alice\n")
    until(b"access token of alice: ")
    os.write(terminal, b"correct horse\n")
    try:
        while data := os.read(terminal, 4096):
            seen += data
    except OSError:
        pass
    sys.stdout.buffer.write(seen)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """#

  @Test func whatIsTypedIsNotShown() throws {
    let stage = try stage()
    let script = "\(stage.bench.folder)/person.py"
    try FileTree.replace(script, with: Array(Self.person.utf8))
    let result = try stage.bench.run("python3", script, Machine.runctl, "login", stage.host)
    #expect(result.succeeded, "\(result)")
    #expect(result.output.contains("logged in to \(stage.host) as alice"), "\(result)")
    #expect(!result.output.contains("horse"), "\(result)")
  }

  // MARK: doctor

  @Test func theDoctorSaysWhatIsWrong() throws {
    let stage = try stage()
    let none = try stage.bench.runctl("doctor", "\(stage.host)/team/app")
    #expect(none.code == 6, "\(none)")
    #expect(none.output.contains("asks for:     a token from 127.0.0.1:"), "\(none)")
    #expect(none.output.contains("config.json: has none for it"), "\(none)")
    #expect(none.output.contains("push:         no"), "\(none)")
    #expect(none.errors.contains("help: run runctl login \(stage.host)"), "\(none)")

    try stage.bench.writeDocker(#"{"credsStore": "lost"}"#, host: stage.host)
    let unknown = try stage.bench.runctl("doctor", stage.host)
    #expect(unknown.code == 6 && unknown.errors.contains("[credential-helper]"), "\(unknown)")
    #expect(unknown.output.contains("credentials:  not tried"), "\(unknown)")

    try stage.bench.writeDocker(
      #"{"credsStore": "lost", "auths": {"HOST": {"auth": "[alice:old horse]"}}}"#,
      host: stage.host)
    let refused = try stage.bench.runctl("doctor", stage.host)
    #expect(refused.code == 6, "\(refused)")
    #expect(refused.output.contains("docker-credential-lost"), "\(refused)")
    #expect(refused.output.contains("cannot be asked"), "\(refused)")
    #expect(refused.output.contains("has the password of alice"), "\(refused)")
    #expect(
      refused.output.contains("credentials:  refused: incorrect username or password"),
      "\(refused)")
    #expect(!"\(refused)".contains("horse"))

    try stage.bench.writeDocker(
      #"{"auths": {"HOST": {"auth": "[bob:correct horse]"}}}"#, host: stage.host)
    let denied = try stage.bench.runctl("doctor", "\(stage.host)/team/app")
    #expect(denied.code == 6, "\(denied)")
    #expect(denied.output.contains("pull:         yes"), "\(denied)")
    #expect(denied.output.contains("push:         no"), "\(denied)")
  }

  @Test func theDoctorForScripts() throws {
    let stage = try stage()
    try stage.bench.writeDocker(
      #"{"auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#, host: stage.host)
    let result = try stage.bench.does("doctor", "--json", "\(stage.host)/team/app")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["authentication"] as? String == "bearer")
    #expect(object["credentials"] as? String == "accepted")
    #expect(object["isReachable"] as? Bool == true)
    #expect(
      (object["rights"] as? [[String: Any]])?.map { $0["isAllowed"] as? Bool } == [true, true])
    #expect(!result.output.contains("horse"))
  }

  @Test func nobodyThere() throws {
    let bench = try Workbench()
    let host = "127.0.0.1:\(try Loopback.freePort())"
    let result = try bench.runctl("doctor", host)
    #expect(result.code == 7 && result.output.contains("reachable:    no"), "\(result)")
    let files = try FileServer(in: bench)
    let other = try bench.runctl("doctor", String(files.address.dropFirst(7)))
    #expect(other.code == 7 && other.errors.contains("is no registry"), "\(other)")
  }

  @Test func anOpenRegistryNeedsNothing() throws {
    let bench = try Workbench()
    let registry = try RegistryServer(in: bench)
    let result = try bench.does("doctor", "\(registry.host)/team/app")
    #expect(result.output.contains("credentials:  not needed"), "\(result)")
    // The trial has left nothing.
    #expect(try registry.blobs() == [])
  }
}

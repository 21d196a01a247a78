import FileSystem
import Foundation
import Testing

/// `RUN --mount=type=secret`: seen by the command, and by nothing else.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct SecretMountTests {
  private static let value = "hunter2-hunter2"

  private static func bench(_ run: String, configuration: String = "") throws -> Workbench {
    let bench = try Workbench()
    try bench.write("app/Dockerfile", "FROM base:1\nCOPY file /file\n\(run)\n")
    try bench.write("app/file", "1\n")
    let image = "[images.app]\ncontext = \"app\"\ndockerfile = \"app/Dockerfile\"\n"
    try bench.write(".runctl.toml", image + configuration)
    try bench.write("token", value + "\n", permissions: 0o600)
    try bench.importBase()
    return bench
  }

  /// The value itself does not stand in it.
  private static let check =
    "RUN --mount=type=secret,id=t test \"$(cat /run/secrets/t)\" = \"$(printf %s-%s hunter2 hunter2)\""

  @Test func itIsNowhere() throws {
    let bench = try Self.bench(
      """
      \(Self.check)
      RUN --mount=type=secret,id=t,target=/a/b,mode=0444,uid=7 ls -ln /a/b && cat /a/b && chmod 700 /a
      RUN --mount=type=secret,id=t,env=TOKEN test -n "$TOKEN" && ! test -e /run/secrets && env
      RUN test ! -e /a && test ! -e /run/secrets
      """)
    let files = try bench.buildAndRead("--secret", "id=t,src=token")
    #expect(files == ["file": "1\n"])
    #expect(try bench.filesHolding(Self.value, below: bench.home) == [])
    #expect(try bench.filesHolding(Self.value, below: bench.project + "/.runctl") == [])
    // What a command prints of it is not shown, nor in an error.
    try bench.write("app/file", "2\n")
    try bench.write(
      "app/Dockerfile",
      bench.read("app/Dockerfile") + "RUN --mount=type=secret,id=t cat /run/secrets/t; false\n")
    let failed = try bench.runctl("build", "--secret", "id=t,src=token")
    #expect(failed.code == 1)
    #expect(!failed.description.contains(Self.value))
    #expect(failed.errors.contains("<secret>"), "\(failed)")
    let told = try ["explain", "status", "history"].map { try bench.runctl($0).description }
    #expect(!told.joined().contains(Self.value))
  }

  @Test func aChangeIsSeenAndDoesNotRebuild() throws {
    let bench = try Self.bench("RUN --mount=type=secret,id=t test -s /run/secrets/t")
    let secret = ["--secret", "id=t,src=token"]
    #expect(try bench.start(["build"] + secret).wait().output.contains("2 of 3 steps done"))
    let quiet = try bench.start(["explain"] + secret).wait()
    #expect(quiet.output.contains("up to date") && !quiet.output.contains("secret t"))
    try bench.write("token", "another-value\n", permissions: 0o600)
    #expect(try bench.start(["build"] + secret).wait().output.contains("up to date"))
    #expect(try bench.start(["build", "-q"] + secret).wait().code == 0)
    let line =
      "secret t: its value changed; that does not rebuild (secrets.t.rebuild = true would)"
    let told = try bench.start(["explain", "app:image"] + secret).wait()
    #expect(told.output.contains(line), "\(told)")
    #expect(try !bench.does("explain", "app:image").output.contains("secret t"))
    // The quick look does not even need it.
    try bench.remove("token")
    #expect(try bench.start(["build"] + secret).wait().output.contains("up to date"))
    // And neither does a closer one without it, which runs nothing.
    bench.setTime(of: "app/file", to: 1_000_000_000)
    #expect(try bench.does("build").output.contains("up to date"))
  }

  @Test func aChangeRebuildsWhereThatIsAskedFor() throws {
    let bench = try Self.bench(
      "RUN --mount=type=secret,id=t test -s /run/secrets/t",
      configuration: "[images.app.secrets]\nt = { src = \"token\", rebuild = true }\n")
    #expect(try bench.does("build").output.contains("2 of 3 steps done"))
    #expect(try bench.does("build").output.contains("up to date"))
    try bench.write("token", "another-value\n", permissions: 0o600)
    let result = try bench.does("build")
    #expect(result.output.contains("1 of 3 steps done"), "\(result)")
    #expect(result.errors.contains("secret t changed"))
    #expect(!result.description.contains("another-value"))
    bench.environment["T"] = "third-value"
    let other = try bench.does("build", "--secret", "id=t,env=T")
    #expect(other.output.contains("1 of 3 steps done"), "\(other)")
    #expect(try bench.does("build", "--secret", "id=t,env=T").output.contains("up to date"))
    bench.environment["T"] = "fourth-value"
    let last = try bench.does("build", "--secret", "id=t,env=T")
    #expect(last.output.contains("1 of 3 steps done"), "\(last)")
  }

  @Test func oneThatIsMissing() throws {
    let bench = try Self.bench("RUN --mount=type=secret,id=t test ! -e /run/secrets")
    try bench.does("build")
    try bench.write("app/Dockerfile", "FROM base:1\nRUN --mount=type=secret,id=t,required true\n")
    let result = try bench.runctl("build")
    #expect(result.code == 1)
    #expect(
      result.errors.contains(
        "app/Dockerfile:2:13: error: the secret 't' is needed, and it was not given"), "\(result)")
    let unreadable = try bench.runctl("build", "--secret", "id=t,src=nowhere")
    #expect(unreadable.code == 2 && unreadable.errors.contains("[unreadable-secret]"))
  }

  @Test(arguments: [
    (["id=t,src=token"], true), (["type=file,id=t,source=token"], true), (["id=t,env=T"], true),
    (["type=env,id=t,src=T"], true), (["ID=t,\"src=token\""], true), (["id=T"], false),
    (["id=t"], true), (["id=t,src=nowhere", "id=t,src=token"], true),
  ])
  func isGiven(options: [String], isThere: Bool) throws {
    let bench = try Self.bench("\(Self.check)")
    bench.environment["T"] = Self.value
    if options == ["id=t"] { try bench.write("t", Self.value) }
    let arguments = options.flatMap { ["--secret", $0] }
    let result = try bench.start(["build"] + arguments).wait()
    #expect(result.succeeded == isThere, "\(result)")
  }

  @Test(arguments: [
    "t", "src=token", "id=,src=token", "id=t,type=x", "id=t,what=x", "id=t,\"src=a",
  ])
  func isRefused(option: String) throws {
    let bench = try Self.bench("")
    let result = try bench.runctl("build", "--secret", option)
    #expect(result.code == 2 && result.errors.contains("[invalid-secret]"), "\(result)")
  }

  @Test func anAgentIsForwarded() throws {
    let bench = try Self.bench(
      """
      RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK"
      RUN --mount=type=ssh,id=other,required test -S /run/buildkit/ssh_agent.0
      RUN test ! -e /run/buildkit
      """)
    let make = "import socket; socket.socket(socket.AF_UNIX).bind('agent')"
    try #require(try bench.run("python3", "-c", make).succeeded)
    let missing = try bench.runctl("build", "--ssh", "default=agent")
    #expect(missing.code == 1)
    #expect(
      missing.errors.contains("app/Dockerfile:4:13: error: the SSH agent 'other' is needed"),
      "\(missing)")
    bench.environment["SSH_AUTH_SOCK"] = "\(bench.project)/agent"
    try bench.does("build", "--ssh", "default", "--ssh", "other=agent")
    let refused = try bench.runctl("build", "--ssh", "default=token")
    #expect(refused.code == 2 && refused.errors.contains("[invalid-agent]"))
  }
}

import FileSystem
import Foundation
import Testing

/// From where credentials come to a registry, and that they come to nobody else.
@Suite(.serialized, .enabled(if: Machine.canGiveTokens, "\(Machine.needsTokens)"))
struct CredentialTests {
  /// A project without a base: nothing of it needs root.
  private func bench(beside other: Workbench? = nil) throws -> Workbench {
    let bench = try Workbench(beside: other)
    try bench.write(["Dockerfile": "FROM scratch\nCOPY file .\n", "file": "text\n"])
    return bench
  }

  @Test(arguments: CredentialCase.Registry.allCases)
  func matrix(_ kind: CredentialCase.Registry) throws {
    let place = try bench()
    let host = try registry(of: kind, place)
    for (number, row) in CredentialCase.all(kind).enumerated() {
      let bench = try bench(beside: place)
      bench.environment = place.environment
      try check(row, bench, host: host, repository: "team/app-\(number)")
    }
  }

  private func check(
    _ row: CredentialCase, _ bench: Workbench, host: String, repository: String
  ) throws {
    bench.environment.merge(row.environment) { $1 }
    if let toml = row.toml { try bench.write(".runctl.toml", toml) }
    try bench.writeDocker(row.docker, host: host)
    let calls = try bench.writeHelpers(row.helpers)

    let result = try bench.runctl(
      ["push", "-t", "\(host)/\(repository):1"] + row.options, input: row.given)
    let story = "\(row.description): \(result)"
    #expect(result.code == row.code, "\(story)")
    for part in row.says { #expect(result.errors.contains(part), "\(story)") }
    if row.code != 0 { #expect(result.errors.contains("help: "), "\(story)") }

    for secret in ["correct horse", "wrong horse", "identity-of-alice"] {
      #expect(!story.contains(secret))
      #expect(try bench.kept(secret) == [], "\(row.description)")
    }
    let seen = try calls()
    #expect(seen.isEmpty == row.helpers.isEmpty, "\(story)")
    for arguments in seen { #expect(!arguments.contains("horse"), "\(row.description)") }
  }

  /// - Returns: Its host, as in image names.
  private func registry(of kind: CredentialCase.Registry, _ bench: Workbench) throws -> String {
    switch kind {
    case .basic: return try RegistryServer(in: bench, users: try users(bench)).host
    case .bearer: return try RegistryServer(in: bench, tokens: TokenServer(in: bench)).host
    case .dockerHub:
      let certificate = try TestCertificate(in: bench, hosts: ["registry-1.docker.io"])
      let registry = try RegistryServer(
        in: bench, users: try users(bench), certificate: certificate)
      bench.environment["HTTPS_PROXY"] = try TunnelServer(in: bench, to: registry.host).address
      bench.environment["SSL_CERT_FILE"] = certificate.file
      return "docker.io"
    }
  }

  private func users(_ bench: Workbench) throws -> String {
    let users = try bench.run("htpasswd", "-Bbn", "-C", "4", "alice", TokenServer.password)
    try FileTree.replace("\(bench.folder)/users", with: Array(users.output.utf8))
    return "\(bench.folder)/users"
  }

  @Test func aForeignCertificateIsNotTrusted() throws {
    let bench = try bench()
    _ = try registry(of: .dockerHub, bench)
    bench.environment["SSL_CERT_FILE"] = nil
    bench.environment["DOCKERHUB_USERNAME"] = "alice"
    bench.environment["DOCKERHUB_TOKEN"] = TokenServer.password
    let result = try bench.runctl("push", "-t", "docker.io/team/app:1")
    #expect(result.code == 7 && result.errors.contains("SSL_CERT_FILE"), "\(result)")
  }

  @Test func aTokenThatExpiresInTheMiddleOfAPushIsRenewed() throws {
    let bench = try bench()
    let tokens = try TokenServer(in: bench)
    let registry = try RegistryServer(in: bench, tokens: tokens)
    let front = try FrontServer(in: bench, before: registry.host)
    try bench.writeDocker(
      #"{"auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#, host: front.host)
    try front.refuseNextUpload(
      challenge: "Bearer realm=\"\(tokens.address)\",service=\"test\","
        + "scope=\"repository:team/app:pull,push\",error=\"invalid_token\"")
    let pushed = try bench.does("push", "-t", "\(front.host)/team/app:1")
    #expect(pushed.output.contains("pushed"))
    let refused = front.requests().filter { $0.contains("/blobs/uploads/") && $0.contains(" 401 ") }
    // One that no token came with, and the one that was told to be refused.
    #expect(refused.contains { $0.contains("Bearer ") }, "\(front.requests())")
    #expect(
      tokens.requests().filter { $0 == "alice repository:team/app:pull,push" }.count >= 2,
      "\(tokens.requests())")
    #expect(try bench.does("push", "-t", "\(front.host)/team/app:1").output.contains("up to date"))
  }

  @Test func expiredCredentialsDoNotKeepAPublicImageAway() throws {
    let bench = try bench()
    let tokens = try TokenServer(in: bench)
    let registry = try RegistryServer(in: bench, tokens: tokens)
    let good = #"{"auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#
    try bench.writeDocker(good, host: registry.host)
    for name in ["public", "team"] { try bench.does("push", "-t", "\(registry.host)/\(name)/x:1") }

    let other = try Workbench(beside: bench)
    try other.writeDocker(
      #"{"auths": {"HOST": {"auth": "[alice:old horse]"}}}"#, host: registry.host)
    try other.write("Dockerfile", "FROM \(registry.host)/public/x:1\n")
    try other.does("build")
    #expect(tokens.requests().suffix(2).contains("anonymous repository:public/x:pull"))
    try other.write("Dockerfile", "FROM \(registry.host)/team/x:1\n")
    let refused = try other.runctl("build")
    #expect(refused.code == 6, "\(refused)")
    #expect(refused.errors.contains("are refused: incorrect username or password"), "\(refused)")
  }

  @Test func credentialsGoToNoOtherHost() throws {
    let bench = try bench()
    let registry = try RegistryServer(in: bench, users: try users(bench))
    let login = "Basic " + Data("alice:\(TokenServer.password)".utf8).base64EncodedString()
    let (front, store) = (
      try FrontServer(in: bench, before: registry.host),
      try FrontServer(in: bench, before: registry.host)
    )
    try bench.writeDocker(
      #"{"auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#, host: front.host)
    try bench.does("push", "-t", "\(front.host)/team/app:1")
    try front.redirectBlobs(to: store.host)
    try store.authorize(login)

    let other = try Workbench(beside: bench)
    other.environment["DOCKER_CONFIG"] = "\(bench.folder)/docker"
    try other.write("Dockerfile", "FROM \(front.host)/team/app:1\n")
    try other.does("build")
    #expect(front.requests().contains { $0.hasSuffix(login) })
    #expect(!store.requests().isEmpty)
    #expect(store.requests().allSatisfy { $0.hasSuffix(" -") }, "\(store.requests())")

    // Another registry asks for credentials, and there are only those of the first.
    let elsewhere = try other.runctl("push", "-t", "\(store.host)/x:1")
    #expect(elsewhere.succeeded, "\(elsewhere)")
    #expect(store.requests().allSatisfy { $0.hasSuffix(" -") }, "\(store.requests())")
  }

  @Test func aPasswordThatGitTracksIsTold() throws {
    let bench = try bench()
    _ = try registry(of: .dockerHub, bench)
    try bench.write(
      ".runctl.toml",
      "[docker]\ndockerhub_username = \"alice\"\ndockerhub_password = \"correct horse\"\n")
    chmod("\(bench.project)/.runctl.toml", 0o600)
    for command in [["init", "--quiet"], ["add", ".runctl.toml"]] {
      let made = try Program(
        ["git", "-C", bench.project] + command, environment: bench.variables,
        scratch: bench.folder
      ).wait()
      try #require(made.succeeded, "\(made)")
    }
    let pushed = try bench.does("push", "-t", "docker.io/team/app:1", "-t", "docker.io/team/b:1")
    #expect(pushed.errors.split(separator: "[password-tracked]").count == 2, "\(pushed)")
    #expect(!pushed.errors.contains("password-readable"))
    // Nothing is asked of a registry, and nothing is told.
    #expect(try !bench.does("build").errors.contains("password-"))
  }
}

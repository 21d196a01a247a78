import FileSystem
import Foundation
import Testing

/// Pushes to the account's own registry, with an AWS of the test's own.
@Suite(
  .serialized,
  .enabled(if: CloudPrograms.areThere, .init(rawValue: CloudPrograms.areNeeded)),
  .enabled(if: Machine.canPush && Machine.canImport, .init(rawValue: Machine.needsPush)))
struct ECRTests {
  private let bench: Workbench
  private let moto: MotoServer

  init() throws {
    bench = try Workbench()
    moto = try MotoServer(in: bench, storage: RegistryServer(in: bench))
    try bench.importBase()
    try bench.write("Dockerfile", "FROM \(Workbench.base)\nCOPY a.txt /\nCOPY b.txt /\n")
    try bench.write(["a.txt": "a", "b.txt": "b"])
  }

  private func configure(_ more: String = "", path: String = "") throws {
    try bench.write(
      ".runctl.toml", "[docker]\necr_registry = \"\(moto.registry)\(path)\"\n\(more)")
  }

  private func repositories() throws -> String { try moto.aws("ecr", "describe-repositories") }

  @Test func makesTheRepositoryAsConfiguredAndPushes() throws {
    try configure("scan_on_push = true\ntag_mutability = \"immutable\"", path: "/team")
    let first = try bench.does("push")
    #expect(first.errors.contains("aws: account 123456789012, region us-east-1"))
    #expect(first.errors.contains("aws: made the repository 'team/project'"))
    let made = try repositories()
    #expect(made.contains("\"scanOnPush\": true"))
    #expect(made.contains("\"imageTagMutability\": \"IMMUTABLE\""))
    let second = try bench.does("push")
    #expect(second.output.contains("push up to date"))
    #expect(!second.errors.contains("aws:"))
  }

  @Test func refusesToMakeOneWhenToldSo() throws {
    try configure()
    let result = try bench.runctl("push", "--no-create-repository")
    #expect(result.code == 7, "\(result)")
    #expect(result.errors.contains("[no-repository]"))
    #expect(result.errors.contains("aws ecr create-repository --repository-name project"))
    #expect(!(try repositories()).contains("repositoryName"))
    try moto.aws("ecr", "create-repository", "--repository-name", "project")
    try bench.does("push", "--no-create-repository")
  }

  @Test func aRefusalNamesTheAction() throws {
    try configure(path: "/forbidden")
    let result = try bench.runctl("push")
    #expect(result.code == 6, "\(result)")
    #expect(result.errors.contains("does not allow ecr:InitiateLayerUpload"))
    #expect(result.errors.contains("help: add ecr:InitiateLayerUpload to the policy"))
  }

  @Test func thePasswordIsKeptForTheUserAloneAndNowhereElse() throws {
    try configure()
    try bench.does("push")
    let folder = "\(bench.home)/cloud"
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("password-") }
    #expect(kept.count == 1)
    let status = try #require(try FileStatus.of("\(folder)/\(kept[0])", followLink: false))
    #expect(status.permissions == 0o600)
    let asked = moto.requests().count
    try bench.write("a.txt", "changed")
    try bench.does("push")
    #expect(moto.requests().count == asked)
    let leaks = try bench.run("grep", "-rl", "token-", bench.project)
    #expect(leaks.output.isEmpty, "\(leaks)")
    // With whosever credentials it was got.
    bench.environment["AWS_ACCESS_KEY_ID"] = "another"
    let out = try bench.does("logout", moto.registry)
    #expect(out.output.contains("logged out of \(moto.registry)"))
    #expect(!FileTree.exists("\(folder)/\(kept[0])"))
  }

  @Test func anExpiredPasswordIsAskedForAgain() throws {
    try configure()
    try bench.does("push")
    try moto.expirePasswords()
    try bench.write("a.txt", "changed")
    let pushed = try bench.does("push")
    #expect(pushed.output.contains("pushed"))
    // The new one is kept in place of the old one.
    let asked = moto.requests().count
    try bench.write("a.txt", "changed again")
    try bench.does("push")
    #expect(moto.requests().count == asked)
  }

  @Test func theRegistryFollowsFromAccountAndRegion() throws {
    bench.environment["AWS_REGION"] = nil
    let place = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    try bench.does("build")
    for (text, options) in [
      ("[aws]\nregion = \"eu-west-1\"\n", []), ("", ["--region", "eu-west-1"]),
      ("[aws]\nregion = \"us-east-1\"\n", ["--region", "eu-west-1"]),
      ("[aws]\nregion = \"eu-west-1\"\n[docker]\ndockerhub_username = \"me\"\n", []),
    ] {
      try bench.write(".runctl.toml", text)
      // The registry itself cannot be reached from here.
      bench.environment["HTTPS_PROXY"] = "http://127.0.0.1:1"
      let result = try bench.start(["push", "-n"] + options).wait()
      #expect(result.code == 7 && result.errors.contains(place), "\(text) \(options): \(result)")
    }
    let asked = moto.requests().count
    _ = try bench.runctl("push", "-n")
    #expect(moto.requests().count == asked, "the account is asked for once")
  }

  @Test func withoutAWSNothingIsAskedOfIt() throws {
    bench.environment = [:]
    try bench.write(".runctl.toml", "[docker]\ndockerhub_username = \"me\"\n")
    bench.environment["HTTPS_PROXY"] = "http://127.0.0.1:1"
    let result = try bench.runctl("push", "-n")
    #expect(result.succeeded || result.errors.contains("docker.io"), "\(result)")
    #expect(!FileTree.exists("\(bench.home)/cloud"))
  }

  @Test func withoutARegionTheErrorSaysWhereToSayIt() throws {
    bench.environment["AWS_REGION"] = nil
    let result = try bench.runctl("push")
    #expect(result.code == 8, "\(result)")
    #expect(result.errors.contains("[no-aws-region]"))
  }
}

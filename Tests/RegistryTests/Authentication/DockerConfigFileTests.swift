import Diagnostics
import FileSystem
import Foundation
import OCI
import Testing

@testable import Registry

@Suite struct DockerConfigFileTests {
  /// Base64 of "user:se:cret".
  private let auth = "dXNlcjpzZTpjcmV0"
  private let login = Credentials.password(user: "user", password: "se:cret")

  private func look(_ json: String, for registry: String) throws -> Credentials? {
    let folder = NSTemporaryDirectory() + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try File.create(folder + "/config.json").write(Array(json.utf8))
    return try #require(DockerConfigFile(environment: ["DOCKER_CONFIG": folder]))
      .credentials(for: registry)
  }

  @Test(arguments: [
    ("reg.example", "reg.example"), ("https://reg.example", "reg.example"),
    ("https://reg.example/v1/", "reg.example"), ("http://reg.example:5000/v2/", "reg.example:5000"),
    ("https://index.docker.io/v1/", "docker.io"), ("docker.io", "docker.io"),
    ("index.docker.io", "docker.io"),
  ])
  func finds(key: String, registry: String) throws {
    let json = #"{"auths":{"\#(key)":{"auth":"\#(auth)"},"x":{"auth":"eDp5"}}}"#
    #expect(try look(json, for: registry) == login)
  }

  @Test(arguments: [
    #"{"auths":{"reg.example":{"username":"user","password":"se:cret"}}}"#,
    #"{"auths":{"https://reg.example/v1/":{"auth":"eDp5"},"reg.example":{"auth":"dXNlcjpzZTpjcmV0"}}}"#,
    #"{"credsStore":"store","auths":{"reg.example":{"auth":"dXNlcjpzZTpjcmV0"}}}"#,
  ])
  func readsEveryForm(json: String) throws {
    #expect(try look(json, for: "reg.example") == login)
  }

  @Test(arguments: [
    #"{"auths":{"reg.example":{"identitytoken":"tok","auth":"eDp5"}}}"#,
    // "<token>:tok"
    #"{"auths":{"reg.example":{"auth":"PHRva2VuPjp0b2s="}}}"#,
  ])
  func identityTokens(json: String) throws {
    #expect(try look(json, for: "reg.example") == .identityToken("tok"))
  }

  @Test(arguments: [
    "{}", #"{"auths":null}"#, #"{"auths":{"reg.example":{}}}"#,
    #"{"auths":{"reg.example:5000":{"auth":"eDp5"},"xreg.example":{"auth":"eDp5"}}}"#,
    #"{"auths":{"reg.example/team":{"auth":"eDp5"}}}"#,
    #"{"credHelpers":{"other.example":"ecr-login"}}"#,
  ])
  func hasNone(json: String) throws {
    #expect(try look(json, for: "reg.example") == nil)
  }

  @Test(arguments: [
    "", "[", #"{"auths":[]}"#, #"{"auths":{"reg.example":{"auth":"***"}}}"#,
    #"{"auths":{"reg.example":{"auth":"eA=="}}}"#,
  ])
  func malformed(json: String) throws {
    let error = #expect(throws: RegistryError.self) { try look(json, for: "reg.example") }
    #expect(error?.diagnostic.id == "credential-file")
  }

  @Test func places() {
    #expect(DockerConfigFile(environment: ["HOME": "/h"])?.path == "/h/.docker/config.json")
    #expect(
      DockerConfigFile(environment: ["HOME": "/h", "DOCKER_CONFIG": "/d"])?.path
        == "/d/config.json")
    #expect(DockerConfigFile(environment: [:]) == nil)
  }

  @Test func aMissingFileHasNone() throws {
    #expect(try DockerConfigFile(path: "/nonexistent/config.json").credentials(for: "r") == nil)
  }

  @Test func chainTakesTheFirstAndHidesEarlierFailures() throws {
    let broken = FixedCredentials(failure: .credentialFile(path: "p", reason: "r"))
    let empty = FixedCredentials()
    let full = FixedCredentials(known: ["r": login])
    #expect(try CredentialChain([broken, empty, full]).credentials(for: "r") == login)
    #expect(try CredentialChain([empty]).credentials(for: "r") == nil)
    #expect(throws: RegistryError.credentialFile(path: "p", reason: "r")) {
      try CredentialChain([broken, empty]).credentials(for: "r")
    }
  }

  @Test func secretsDoNotShow() {
    let shown = "\(login) \(String(reflecting: login)) \(String(describing: [login]))"
    #expect(!shown.contains("cret"))
    var dumped = ""
    dump(login, to: &dumped)
    #expect(!dumped.contains("cret"))
  }
}

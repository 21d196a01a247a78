import Diagnostics
import FileSystem
import TestSupport
import Testing

@testable import Registry

/// Helper programs are scripts of the test, the only ones in its `PATH` beside the system's.
@Suite struct CredentialHelperTests {
  private let folder: Scratch
  private let environment: [String: String]

  init() throws {
    folder = try Scratch()
    environment = ["PATH": "\(folder.path):/usr/bin:/bin"]
  }

  @discardableResult
  private func helper(
    _ name: String, _ script: String, timeout: Duration = .seconds(30)
  ) throws -> CredentialHelper {
    let path = folder("docker-credential-\(name)")
    try FileTree.replace(path, with: Array("#!/bin/sh\n\(script)\n".utf8), permissions: 0o755)
    return try CredentialHelper(name, environment: environment, timeout: timeout)
  }

  @Test(arguments: [
    (
      "pair", #"{"ServerURL":"x","Username":"user","Secret":"se:cret"}"#,
      Credentials.password(user: "user", password: "se:cret")
    ),
    ("token", #"{"Username":"<token>","Secret":"tok"}"#, .identityToken("tok")),
    ("empty", #"{"Username":"","Secret":""}"#, nil),
  ])
  func gives(name: String, reply: String, expected: Credentials?) throws {
    let helper = try helper(
      "gives-\(name)",
      "[ \"$1\" = get ] && [ \"$(cat)\" = reg.example ] && [ $# = 1 ] && echo '\(reply)'")
    #expect(try helper.get("reg.example") == expected)
  }

  @Test func notFoundIsNoError() throws {
    let none = try helper("none", "echo credentials not found in native keychain; exit 1")
    #expect(try none.get("r") == nil)
    try none.erase("r")
  }

  @Test func failuresAreSaid() throws {
    let broken = try helper("broken", "printf 'no bus\\033[31m\\n'; exit 3")
    #expect(throws: RegistryError.credentialHelper(helper: "broken", reason: "no bus [31m")) {
      try broken.get("r")
    }
    let silent = try helper("silent", "exit 3")
    #expect(throws: RegistryError.credentialHelper(helper: "silent", reason: "it failed (3)")) {
      try silent.get("r")
    }
    // A reply that is none may still hold a secret: it is not shown.
    let garbled = try helper("garbled", "echo 'my secret'")
    let error = #expect(throws: RegistryError.self) { try garbled.get("r") }
    #expect(error?.diagnostic.message.contains("secret") == false)
    for script in [
      #"echo '{"Username":"u","Secret":"se-cret"}'; exit 4"#, "cat; exit 4", "cat >&2; exit 4",
      "echo cannot keep se-cret; exit 4",
    ] {
      let told = try helper("talks", script)
      let reason = RegistryError.credentialHelper(helper: "talks", reason: "it failed (4)")
      #expect(throws: reason, "\(script)") {
        try told.store(.password(user: "u", password: "se-cret"), for: "r")
      }
    }
    let missing = try CredentialHelper("is-not-there", environment: environment)
    let lost = #expect(throws: RegistryError.self) { try missing.get("r") }
    #expect(lost?.diagnostic.message.contains("not in PATH") == true)
  }

  @Test func aHelperThatHangsIsEnded() throws {
    let hangs = try helper("hangs", "exec sleep 1000", timeout: .milliseconds(50))
    let error = #expect(throws: RegistryError.self) { try hangs.get("r") }
    #expect(error?.diagnostic.id == "credential-helper")
  }

  @Test(arguments: ["../x", "a/b", "", "x y", "x;y", "ü"])
  func namesThatLeadElsewhereAreRefused(name: String) {
    #expect(throws: RegistryError.self) { try CredentialHelper(name) }
  }

  @Test func storesThroughItsInput() throws {
    let keeps = try helper("keeps", "[ \"$1\" = store ] && cat > \(folder("kept"))")
    try keeps.store(.password(user: "u", password: "p\"q"), for: "https://index.docker.io/v1/")
    let kept = try folder.read("kept")
    #expect(kept.contains(#""Username":"u""#) && kept.contains(#""Secret":"p\"q""#))
    try keeps.store(.identityToken("t"), for: "r")
    #expect(try folder.read("kept").contains(#""Username":"<token>""#))
  }

  // MARK: In the order of config.json

  private func inquire(_ json: String) throws -> [CredentialAnswer] {
    try folder.write("config.json", json)
    return DockerConfigFile(path: folder("config.json"), environment: environment)
      .inquire(for: "reg.example")
  }

  private static let auths = #""auths":{"reg.example":{"auth":"dTpmaWxl"}}"#

  @Test func theRegistrysHelperGoesBeforeTheStoreAndTheFile() throws {
    try helper("of-host", #"echo '{"Username":"u","Secret":"host"}'"#)
    try helper("of-all", #"echo '{"Username":"u","Secret":"all"}'"#)
    try helper("of-none", "echo credentials not found in native keychain; exit 1")
    let table: [(String, String?)] = [
      (#"{"credHelpers":{"reg.example":"of-host"},"credsStore":"of-all",\#(Self.auths)}"#, "host"),
      (#"{"credHelpers":{"other.example":"of-host"},"credsStore":"of-all",\#(Self.auths)}"#, "all"),
      (#"{"credHelpers":{"reg.example":""},"credsStore":"of-all",\#(Self.auths)}"#, "file"),
      (#"{"credsStore":"of-none",\#(Self.auths)}"#, "file"),
      (#"{"credsStore":"is-not-there",\#(Self.auths)}"#, "file"),
      (#"{"credsStore":"../of-all",\#(Self.auths)}"#, "file"),
      (#"{"credsStore":"of-none"}"#, nil),
    ]
    for (json, secret) in table {
      let found = try inquire(json).found?.credentials
      #expect(found == secret.map { .password(user: "u", password: $0) }, "\(json)")
    }
  }

  @Test func whatEachPlaceSaidIsKept() throws {
    let answers = try inquire(#"{"credsStore":"is-not-there"}"#)
    #expect(answers.count == 2 && answers.found == nil)
    #expect(answers[0].place.hasPrefix("docker-credential-is-not-there ("))
    #expect(answers.problem?.diagnostic.id == "credential-helper")
    #expect(answers[1].outcome == .none)
  }
}

import Diagnostics
import FileSystem
import Glibc
import TestSupport
import Testing

@testable import Registry

@Suite struct DockerConfigWritingTests {
  private let login = Credentials.password(user: "user", password: "se:cret")

  @Test func whatIsStoredIsFound() throws {
    let folder = try Scratch()
    let file = DockerConfigFile(path: folder("docker/config.json"))
    #expect(try file.store(login, for: "docker.io") == file.path)
    #expect(try file.store(.identityToken("tok"), for: "reg.example:5000") == file.path)
    #expect(try file.credentials(for: "docker.io") == login)
    #expect(try file.credentials(for: "reg.example:5000") == .identityToken("tok"))
    #expect(try folder.read("docker/config.json").contains("https://index.docker.io/v1/"))
    #expect(try FileStatus.of(file.path, followLink: false)?.mode == S_IFREG | 0o600)
    #expect(try folder.names("docker") == ["config.json"])
  }

  @Test func everythingElseStays() throws {
    let folder = try Scratch()
    let other = #""HttpHeaders": {"X": "y"},  "detachKeys": "ctrl-e", "n": 12345678901234567890"#
    try folder.write("config.json", "{\(other), \"auths\": {\"a\": {\"auth\": \"eDp5\"}}}")
    chmod(folder("config.json"), 0o644)
    let file = DockerConfigFile(path: folder("config.json"))
    _ = try file.store(login, for: "reg.example")
    #expect(try folder.read("config.json").contains(other))
    #expect(try FileStatus.of(file.path, followLink: false)?.mode == S_IFREG | 0o600)
    #expect(try file.erase(for: "reg.example") == [file.path])
    #expect(
      try folder.read("config.json") == "{\(other), \"auths\": {\"a\": {\"auth\": \"eDp5\"}}}")
    #expect(try file.erase(for: "reg.example").isEmpty)
  }

  @Test func aHelperThatIsGoneKeepsNothingInTheFile() throws {
    let folder = try Scratch()
    try folder.write(
      "config.json",
      #"{"credsStore":"is-not-there","auths":{"reg.example":{"auth":"dTpmaWxl"},"b":{}}}"#)
    let file = DockerConfigFile(path: folder("config.json"), environment: ["PATH": folder.path])
    let error = #expect(throws: RegistryError.self) { try file.erase(for: "reg.example") }
    #expect(error?.diagnostic.id == "credential-helper")
    #expect(
      try folder.read("config.json") == #"{"credsStore":"is-not-there","auths":{"b":{}}}"#)
  }

  @Test func aLinkStaysOne() throws {
    let folder = try Scratch()
    try folder.write("dotfiles/config.json", "{}")
    try FileTree.makeLink(folder("config.json"), to: Array("dotfiles/config.json".utf8))
    _ = try DockerConfigFile(path: folder("config.json")).store(login, for: "reg.example")
    #expect(try folder.read("dotfiles/config.json").contains("reg.example"))
    #expect(try FileStatus.of(folder("config.json"), followLink: false)?.kind == .symlink)
  }

  @Test(arguments: [
    "", "[]", "null", "{", #"{"auths":[]}"#, #"{"auths":{},"auths":{}}"#,
    #"{"auths":{"a":{},"b":{},"a":{}}}"#,
  ])
  func aFileThatIsNotUnderstoodStaysAsItIs(text: String) throws {
    let folder = try Scratch()
    try folder.write("config.json", text)
    let file = DockerConfigFile(path: folder("config.json"))
    #expect(throws: RegistryError.self) { try file.store(login, for: "reg.example") }
    #expect(throws: RegistryError.self) { try file.erase(for: "reg.example") }
    #expect(try folder.read("config.json") == text)
  }
}

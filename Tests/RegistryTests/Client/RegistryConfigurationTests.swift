import OCI
import Testing

@testable import Registry

@Suite struct RegistryConfigurationTests {
  @Test(arguments: [
    ("docker.io", "https://registry-1.docker.io"), ("localhost:5000", "http://localhost:5000"),
    ("127.0.0.2", "http://127.0.0.2"), ("[::1]:5000", "http://[::1]:5000"),
    ("reg.example", "https://reg.example"), ("reg.example:5000", "https://reg.example:5000"),
    ("plain.example:5000", "http://plain.example:5000"),
  ])
  func endpoints(registry: String, expected: String) throws {
    let configuration = RegistryConfiguration(insecureRegistries: ["plain.example:5000"])
    #expect(try configuration.endpoint(of: registry).origin.description == expected)
  }

  @Test(arguments: [
    ("docker.io", "RUNCTL_REGISTRY_MIRROR_DOCKER_IO"),
    ("reg-1.example:5000", "RUNCTL_REGISTRY_MIRROR_REG_1_EXAMPLE_5000"),
  ])
  func variables(registry: String, expected: String) {
    #expect(RegistryConfiguration.mirrorVariable(for: registry) == expected)
  }

  @Test func mirrorsOfTheEnvironmentComeFirst() throws {
    let configuration = RegistryConfiguration(mirrors: ["docker.io": ["https://m.example/hub/"]])
    let mirrors = try configuration.mirrorEndpoints(
      of: "docker.io",
      environment: ["RUNCTL_REGISTRY_MIRROR_DOCKER_IO": "http://a:1, localhost:2,b.example"])
    #expect(
      mirrors.map { $0.address("library/x", "blobs/y").description } == [
        "http://a:1/v2/library/x/blobs/y", "http://localhost:2/v2/library/x/blobs/y",
        "https://b.example/v2/library/x/blobs/y",
        "https://m.example/v2/hub/library/x/blobs/y",
      ])
    #expect(mirrors.map(\.registry) == ["a:1", "localhost:2", "b.example", "m.example"])
    #expect(try configuration.mirrorEndpoints(of: "other", environment: [:]).isEmpty)
  }

  @Test(arguments: ["ftp://x", "http://u:p@x", "http://x?y", "::"])
  func badMirrors(value: String) {
    #expect(throws: RegistryError.self) {
      try RegistryConfiguration().mirrorEndpoints(
        of: "docker.io", environment: ["RUNCTL_REGISTRY_MIRROR_DOCKER_IO": value])
    }
  }

  @Test func textOfStrangersIsMadePlain() {
    #expect(PlainText.sanitised("a\u{1b}[31mb\r\n\u{202e}c") == "a [31mb c")
    #expect(PlainText.sanitised(String(repeating: "x", count: 500), limit: 3) == "xxx…")
  }

  @Test(arguments: [
    (#"{"errors":[{"code":"DENIED","message":"no\npush"}]}"#, "no push (DENIED)"),
    (#"{"errors":[{"code":"UNKNOWN","message":"UNKNOWN"}]}"#, "UNKNOWN"),
    (#"{"errors":[]}"#, ""), (#"{"details":"incorrect password"}"#, "incorrect password"),
    ("<html>", ""),
  ])
  func serverMessages(body: String, expected: String) {
    #expect(ServerMessage(HTTPResponse(400, [:], body)).description == expected)
  }

  @Test(arguments: [
    ("bytes 0-9/10", true), ("bytes 5-9/*", true), ("bytes */10", false), ("bytes 9-5/10", false),
    ("0-9/10", false), ("bytes -1-9/10", false), ("bytes 0-9", false),
  ])
  func contentRanges(text: String, isValid: Bool) {
    #expect((ContentRange(text) != nil) == isValid)
  }
}

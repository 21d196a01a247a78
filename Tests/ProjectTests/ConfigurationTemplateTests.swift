import Diagnostics
import Testing

@testable import Project

struct ConfigurationTemplateTests {
  private func template(
    dockerfile: String? = "docker/Dockerfile", name: String = "digits.v2",
    requirements: [String] = ["requirements.txt", "uv.lock"]
  ) -> ConfigurationTemplate {
    ConfigurationTemplate(
      imageName: name,
      dockerfile: DockerfileDetection(
        directory: "/project", found: dockerfile, alsoThere: ["src/Dockerfile"]),
      requirements: requirements)
  }

  private func parse(_ text: String) -> (Configuration, [Diagnostic]) {
    Configuration.parse(SourceFile(name: ".runctl.toml", text: text))
  }

  @Test func saysWhatWasFoundAndNothingElse() {
    let (configuration, diagnostics) = parse(template().text)
    #expect(diagnostics == [])
    #expect(configuration.images.map(\.name.value) == ["digits.v2"])
    #expect(configuration.images[0].dockerfile?.value == "docker/Dockerfile")
    #expect(configuration.docker == Configuration.empty.docker)
    #expect(template().text.contains("# Found without being named: requirements.txt, uv.lock."))
  }

  @Test func allThatIsCommentedOutIsRight() {
    let lines = template(name: "digits").text.split(separator: "\n")
    let uncommented = lines.filter { !$0.hasPrefix("# ") }
      .map { $0.hasPrefix("#") ? $0.dropFirst() : $0 }
    let (configuration, diagnostics) = parse(uncommented.joined(separator: "\n"))
    #expect(!diagnostics.contains { $0.severity == .error })
    #expect(configuration.images.map(\.name.value) == ["digits"])
    #expect(configuration.docker.ecrRegistry != nil)
    #expect(configuration.registries.map(\.host.value) == ["docker.io"])
    for key in ConfigurationSchema.keys where key.path != ["runpod"] {
      #expect(uncommented.contains { $0.hasPrefix("\(key.name) = ") }, "\(key.path)")
    }
  }

  @Test func everySettingIsExplained() {
    let lines = template().text.split(separator: "\n")
    for (line, next) in zip(lines, lines.dropFirst()) where next.hasPrefix("#") {
      let isSetting = next.contains(" = ") && !next.hasPrefix("# ")
      #expect(!isSetting || line.hasPrefix("# "), "\(next)")
    }
  }

  @Test func namesOfFilesCannotWriteSettings() {
    let text = template(requirements: ["requirements\n[aws]\nx = 1.txt"]).text
    #expect(parse(text).1 == [])
  }

  @Test func withoutADockerfileThatIsSaidToo() {
    let (configuration, diagnostics) = parse(template(dockerfile: nil).text)
    #expect(diagnostics == [])
    #expect(configuration.images[0].dockerfile == nil)
  }
}

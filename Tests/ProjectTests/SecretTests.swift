import Diagnostics
import Testing

@testable import Project

struct SecretTests {
  @Test func aSecretDoesNotShowItself() {
    let secret = Located(Secret("hunter2"))
    var dumped = ""
    dump(secret, to: &dumped)
    for shown in ["\(secret)", String(reflecting: secret), dumped, "\([secret.value])"] {
      #expect(!shown.contains("hunter2"))
    }
    #expect("\(secret.value)" == "<secret>")
    #expect(secret.value.reveal() == "hunter2")
  }

  @Test(arguments: [
    "[docker]\ndockerhub_password = \"hunter2\" \"",
    "[docker]\ndockerhub_password = \"hunter2",
    "[docker]\ndockerhub_password = [\"hunter2\"]",
    "[docker]\ndockerhub_pasword = 1\nDOCKERHUB_PASSWORD='hunter2'",
    "docker = { dockerhub_password = \"hunter2\", x = 1 }",
    "[docker]\ndockerhub_password = \"\"\"\nhunter2\n\"\"\" x",
    "[docker]\n\"dockerhub_password\" = 'hunter2' x",
    "[docker]\nbuild_args = [\"NPM_TOKEN=hunter2\", 1]",
    "[images.a.run]\nenv = { WANDB_API_KEY = \"hunter2\", \"A B\" = 1 }",
  ])
  func noDiagnosticShowsOne(_ text: String) {
    let file = SourceFile(name: ".runctl.toml", text: text)
    let (_, diagnostics) = Configuration.parse(file)
    #expect(diagnostics.contains { $0.severity == .error })
    for diagnostic in diagnostics {
      #expect(!diagnostic.message.contains("hunter2"))
      if let span = diagnostic.span {
        #expect(!span.file.text(in: 0..<span.file.bytes.count).contains("hunter2"))
        #expect(span.file.bytes.count == file.bytes.count)
      }
    }
  }

  @Test func whatIsNotSecretStaysReadable() {
    let text = "[docker]\ndockerhub_password = \"x y\" # ours\nbuild_args = 1\n"
    let masked = MaskedSource.masking(SourceFile(name: "x", text: text))
    #expect(
      masked.text(in: 0..<masked.bytes.count)
        == "[docker]\ndockerhub_password = ** ** * ****\nbuild_args = 1\n")
  }
}

import Foundation
import Project
import Testing

@testable import Launching

struct RemoteJobTests {
  private func job(_ environment: [String] = []) -> RemoteJob {
    var job = RemoteJob(
      id: "20261201-120000-abcd", region: "eu-central-1",
      program: .container(image: "host/image@sha256:0", login: .own),
      arguments: ["python", "train.py"])
    job.environment = environment.compactMap { Assignment($0) }
    return job
  }

  @Test(arguments: [
    (["EPOCHS=3"], []), (["WANDB_API_KEY=x"], ["WANDB_API_KEY"]),
    (["A=1", "DB=postgres://me:word@host/x", "B=2"], ["DB"]),
    (["MY_TOKEN=a", "MY_TOKEN=b"], ["MY_TOKEN"]), (["MY_TOKEN=\u{301}hush"], ["MY_TOKEN"]),
  ])
  func secretsGoTheirOwnWay(environment: [String], names: [String]) throws {
    let job = job(environment)
    #expect(RemoteSecrets.names(of: job) == names)
    let script = RemoteStart.script(for: job, secrets: [])
    for name in names {
      #expect(script.contains("--env \(name) "))
      #expect(!script.contains("\(name)="))
    }
    // A shell that reads them has exactly these.
    let text = try RemoteSecrets.text(of: job)
    #expect(names.allSatisfy { text.contains("export ") && text.contains($0) })
  }

  @Test(arguments: ["A-TOKEN=x", "1TOKEN=x", "A.SECRET=x", "A;id;TOKEN=x"])
  func namesThatNoShellHas(variable: String) {
    #expect(throws: RemoteError.self) { try RemoteSecrets.text(of: job([variable])) }
  }

  @Test func nothingThatSSMUnderstandsIsInACommand() throws {
    var job = job(["A={{ssm:x}}"])
    job.labels = ["name": "ünï {{x}}"]
    let script = RemoteStart.script(for: job, secrets: [])
    let request = try SSMCommand.request(script, instance: "i-0", seconds: 60)
    let text = String(decoding: request, as: UTF8.self)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(!text.contains("{{"))
    let encoded = try #require(text.split(separator: " ").max { $0.count < $1.count })
    let bytes = try #require(Data(base64Encoded: String(encoded).replacing("\\/", with: "/")))
    #expect(String(decoding: bytes, as: UTF8.self) == script)
  }

  @Test func dataIsKeptUnderItsAddress() {
    #expect(RemoteJobFile.dataFolder("s3://a/b") == RemoteJobFile.dataFolder("s3://a/b"))
    #expect(RemoteJobFile.dataFolder("s3://a/b") != RemoteJobFile.dataFolder("s3://a/c"))
  }
}

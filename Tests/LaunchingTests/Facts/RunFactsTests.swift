import Project
import State
import Testing

@testable import Launching

struct RunFactsTests {
  private static func facts(_ change: (inout RunFacts) -> Void) -> [String] {
    var facts = RunFacts()
    change(&facts)
    return facts.list { "<\($0.count)>" }.filter { !["user", "host"].contains($0.name) }
      .map { "\($0.name)=\($0.value)" }
  }

  @Test func secretsAreOnlyHashes() {
    let facts = Self.facts {
      $0.command = ["python", "t.py", "--api-key", "abc", "--lr", "0.1"]
      $0.environment = [
        Assignment(name: "LR", value: "a b"), Assignment(name: "WANDB_API_KEY", value: "xyz"),
        Assignment(name: "DB", value: "postgres://me:word@host/x"),
      ]
    }
    #expect(
      facts == [
        "command=python t.py --api-key '<secret>' --lr 0.1", "env LR=a b",
        "env WANDB_API_KEY=secret <3>", "env DB=secret <25>",
      ])
  }

  @Test func ofTheInputsOnlyWhatTheRunRead() {
    let facts = Self.facts {
      $0.inputs = [
        Input("image", "sha256:1"), Input("input data", "content 1"), Input("variable A", "1"),
        Input("volume /data", "./data:ro"),
      ]
      $0.others = [Input("account", "1234")]
    }
    #expect(facts == ["input data=content 1", "volume /data=./data:ro", "account=1234"])
  }

  @Test func limitsThatWereAskedFor() {
    #expect(Self.facts { _ in }.isEmpty)
    let facts = Self.facts {
      $0.resources.gpus = .count(2)
      $0.resources.sharedMemory = 1 << 30
      $0.resources.memory = 5
      $0.resources.cpus = 1.5
      $0.resources.timeout = .seconds(90)
    }
    #expect(facts == ["gpus=2", "shm=1073741824", "memory=5", "cpus=1.5", "timeout=90s"])
  }

  @Test(arguments: [
    ("a/.env", true), (".env.local", true), ("ENV", false), ("keys/server.PEM", true),
    (".ssh/config", true), ("x/.aws/credentials", true), ("tokenizer.py", false),
    ("secrets.yaml", true), ("train.py", false), ("monkey.py", false), ("hf_token", true),
  ])
  func privateFiles(path: String, isPrivate: Bool) {
    #expect(PrivateFiles.contains(path) == isPrivate)
  }
}
